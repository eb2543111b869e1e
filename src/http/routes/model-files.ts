import { FramegateError } from '../../protocol/framegate-error.ts';
import { SHARED_HEADERS } from '../files/browser-headers.ts';
import { contentTypeOf } from '../files/content-type.ts';
import { bytesReply, fileReply } from '../files/file-reply.ts';
import type { KeptFiles } from '../files/kept-files.ts';
import { jsonReply, type Route } from '../route.ts';

/** A model that has its hash. */
export interface ModelFile {
  readonly name: string;
  readonly version: string;
  /** `<name>/<version>/<file>` */
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What a browser may load to find faces and bodies by itself. */
export interface ModelFiles {
  /** Those that are there and right. */
  list(): Promise<readonly ModelFile[]>;
  /** Their folder, which may have FaceLandmarker's bundle too: that is not framegate's to bring. */
  readonly files: KeptFiles;
}

export const FACE_LANDMARKER_FILE = 'face_landmarker.task';

/** /models/manifest.json and the files that it names. */
export function modelFileRoutes(models: ModelFiles): Route[] {
  return [
    {
      method: 'GET',
      path: '/models/manifest.json',
      async handle() {
        const [list, landmarker] = await Promise.all([
          models.list(),
          models.files.read(FACE_LANDMARKER_FILE),
        ]);
        return jsonReply(
          200,
          {
            models: list.map(({ name, version, path, sizeBytes, sha256 }) => ({
              name,
              version,
              // A file that was exchanged without a new version is not to be taken for the one in the cache.
              url: `${path}?${sha256.slice(0, 12)}`,
              bytes: sizeBytes,
              sha256,
            })),
            faceLandmarker:
              landmarker === null
                ? null
                : {
                    url: `${FACE_LANDMARKER_FILE}?${landmarker.sha256.slice(0, 12)}`,
                    bytes: landmarker.bytes.byteLength,
                    sha256: landmarker.sha256,
                  },
          },
          { ...SHARED_HEADERS, 'cache-control': 'no-cache' },
        );
      },
    },
    {
      method: 'GET',
      path: `/models/${FACE_LANDMARKER_FILE}`,
      async handle(request) {
        const reply = await fileReply(models.files, FACE_LANDMARKER_FILE, request, {
          freshness: 'revalidated',
          headers: SHARED_HEADERS,
        });
        if (reply === null) throw new FramegateError('not-found', `no ${FACE_LANDMARKER_FILE} on this node`);
        return reply;
      },
    },
    {
      method: 'GET',
      path: '/models/*',
      async handle(request) {
        const wanted = request.path.slice('/models/'.length);
        const model = (await models.list()).find(({ path }) => path === wanted);
        const file = model === undefined ? null : await models.files.read(model.path);
        // One that was exchanged since it was listed is not what a client asks for.
        if (file === null || file.sha256 !== model?.sha256) {
          throw new FramegateError('not-found', 'nothing is at this address');
        }
        return bytesReply(file, contentTypeOf(wanted), request, {
          freshness: 'immutable',
          headers: SHARED_HEADERS,
        });
      },
    },
  ];
}
