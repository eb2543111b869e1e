import { createKeptFiles } from '../../http/files/kept-files.ts';
import type { ModelFile, ModelFiles } from '../../http/routes/model-files.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { poseModelNames } from '../../vision/load-pose-models.ts';
import { modelFile } from '../../vision/model-manifest.ts';
import { openModels } from '../../vision/model-registry.ts';

/** What guidance on a device needs. */
const NAMES = ['face-detector', 'face-mesh', 'canonical-face', ...poseModelNames('lite')];
/** Room for all of them, and for a FaceLandmarker bundle of any size that it comes in. */
const KEPT_BYTES = 48 * 1024 * 1024;

/**
 * The models of a folder for browsers, checked when one first asks for the list; only those that are fetched stay in memory.
 * A node that lacks one offers the others.
 */
export function browserModels(modelsFolder: string): ModelFiles {
  let found: Promise<readonly ModelFile[]> | null = null;
  return {
    list() {
      found ??= loadAll(modelsFolder).catch((thrown: unknown) => {
        found = null;
        throw thrown;
      });
      return found;
    },
    files: createKeptFiles(modelsFolder, KEPT_BYTES),
  };
}

async function loadAll(modelsFolder: string): Promise<readonly ModelFile[]> {
  const registry = await openModels(modelsFolder);
  const loaded = await Promise.all(
    NAMES.filter((name) => registry.names.includes(name)).map(async (name): Promise<ModelFile[]> => {
      try {
        const { identity, entry, bytes } = await registry.loadModel(name);
        return [{ ...identity, path: modelFile(entry), sizeBytes: bytes.byteLength }];
      } catch (thrown) {
        if (thrown instanceof FramegateError) return [];
        throw thrown;
      }
    }),
  );
  return loaded.flat();
}
