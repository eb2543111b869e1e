import { createKeptFiles } from '../../http/files/kept-files.ts';
import type { ModelFile, ModelFiles } from '../../http/routes/model-files.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { modelFile } from '../../vision/model-manifest.ts';
import { openModels } from '../../vision/model-registry.ts';

/** What guidance on a device needs. */
const NAMES = ['face-detector', 'face-mesh', 'canonical-face'];
/** Room for one FaceLandmarker bundle of any size that it comes in. */
const EXTRA_BYTES = 32 * 1024 * 1024;

/** The models of a folder for browsers, read and checked when one first asks. A node that lacks one offers the others. */
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
    extra: createKeptFiles(modelsFolder, EXTRA_BYTES),
  };
}

async function loadAll(modelsFolder: string): Promise<readonly ModelFile[]> {
  const registry = await openModels(modelsFolder);
  const loaded = await Promise.all(
    NAMES.filter((name) => registry.names.includes(name)).map(async (name): Promise<ModelFile[]> => {
      try {
        const { identity, entry, bytes } = await registry.loadModel(name);
        return [{ ...identity, path: modelFile(entry), bytes }];
      } catch (thrown) {
        if (thrown instanceof FramegateError) return [];
        throw thrown;
      }
    }),
  );
  return loaded.flat();
}
