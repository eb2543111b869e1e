import { FramegateError } from '../../../src/protocol/framegate-error.ts';

/** A file that a detector needs. Without a hash it is neither verified nor kept but by the browser's own cache. */
export interface ModelFile {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string | null;
}

/** What `models/manifest.json` of a node offers, with absolute addresses. */
export interface ModelList {
  readonly models: readonly ModelFile[];
  readonly faceLandmarker: ModelFile | null;
}

/** Where the list is, from the address of a node (its WebSocket address too) or of a folder. */
export function modelListUrl(modelsUrl: string, base: string): string {
  const folder = new URL(modelsUrl, base);
  folder.search = folder.hash = '';
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return new URL('models/manifest.json', folder).href.replace(/^ws/, 'http');
}

/** Throws FramegateError detector-unavailable where the list is not understood. */
export function parseModelList(value: unknown, listUrl: string): ModelList {
  const { models, faceLandmarker } = recordOf(value);
  if (!Array.isArray(models)) throw notUnderstood();
  return {
    models: models.map((entry: unknown) => modelFile(entry, listUrl)),
    faceLandmarker:
      faceLandmarker === null || faceLandmarker === undefined
        ? null
        : modelFile({ name: 'face-landmarker', ...recordOf(faceLandmarker) }, listUrl),
  };
}

/** Throws FramegateError detector-unavailable where the list lacks it. */
export function modelNamed({ models }: ModelList, name: string): ModelFile {
  const found = models.find((model) => model.name === name);
  if (found === undefined) throw new FramegateError('detector-unavailable', `the list has no model ${name}`);
  return found;
}

function modelFile(value: unknown, listUrl: string): ModelFile {
  const { name, version = 'unknown', url, bytes, sha256 = null } = recordOf(value);
  const valid =
    typeof name === 'string' &&
    typeof version === 'string' &&
    typeof url === 'string' &&
    typeof bytes === 'number' &&
    bytes >= 0 &&
    (sha256 === null || (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)));
  if (!valid) throw notUnderstood();
  return { name, version, url: new URL(url, listUrl).href, bytes, sha256 };
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw notUnderstood();
  return value as Record<string, unknown>;
}

function notUnderstood(): FramegateError {
  return new FramegateError('detector-unavailable', 'the list of models is not understood');
}
