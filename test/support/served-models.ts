import { existsSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { poseModelNames } from '../../src/vision/load-pose-models.ts';
import { openModels } from '../../src/vision/model-registry.ts';

export interface ServedModels {
  /** For `servePages`: answers what begins with /models/. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Addresses that were asked for, in order. */
  readonly asked: string[];
}

/** The models of the project as an edge node lists and serves them, those of bodies where they are imported; FaceLandmarker's file where its path is given. */
export async function servedModels(faceLandmarkerTask: string | null = null): Promise<ServedModels> {
  const registry = await openModels();
  const files = new Map<string, string>();
  const names = ['face-detector', 'face-mesh', 'canonical-face', ...poseModelNames('lite')];
  const models = names.flatMap((model) => {
    const { identity, path } = registry.describe(model);
    if (!existsSync(path)) return [];
    const url = `${model}.bin`;
    files.set(`/models/${url}`, path);
    return { ...identity, url, bytes: statSync(path).size };
  });
  let faceLandmarker = null;
  if (faceLandmarkerTask !== null) {
    files.set('/models/face_landmarker.task', faceLandmarkerTask);
    faceLandmarker = { url: 'face_landmarker.task', bytes: statSync(faceLandmarkerTask).size };
  }
  const list = JSON.stringify({ models, faceLandmarker });
  const asked: string[] = [];
  return {
    asked,
    handle(request, response) {
      const path = request.url ?? '';
      if (!path.startsWith('/models/')) return false;
      asked.push(path);
      const file = files.get(path);
      if (path === '/models/manifest.json') {
        response.writeHead(200, { 'content-type': 'application/json' }).end(list);
      } else if (file === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(readFileSync(file));
      return true;
    },
  };
}
