import {
  createInferencePool,
  type InferencePool,
  type InferencePoolOptions,
} from '../../vision/inference-pool.ts';
import { openModelReload } from './open-model-reload.ts';
import type { RoleContext } from './role.ts';

/** Inference threads that follow which models are in use, for as long as they are open. */
export async function openInferencePool(
  context: RoleContext,
  options: Omit<InferencePoolOptions, 'modelsFolder' | 'reload'>,
): Promise<InferencePool> {
  const reload = openModelReload(context);
  try {
    const modelsFolder = context.config.folders.models;
    const pool = await createInferencePool({ ...options, modelsFolder, reload });
    return {
      ...pool,
      async close() {
        reload.close();
        await pool.close();
      },
    };
  } catch (thrown) {
    reload.close();
    throw thrown;
  }
}
