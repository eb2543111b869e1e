import type { ModelReload } from '../../vision/model-reload.ts';
import { watchModels } from '../../vision/model-watch.ts';
import type { RoleContext } from './role.ts';

/** Notices that other versions of models are in use, for all of a process that has models loaded. To be closed. */
export function openModelReload({
  config,
  logger,
}: Pick<RoleContext, 'config' | 'logger'>): ModelReload & { close(): void } {
  const watch = watchModels(config.folders.models);
  return {
    onChange: watch.onChange,
    onReloaded: (models) =>
      logger.info(
        { models: models.map(({ name, version }) => `${name}@${version}`) },
        'other versions of models are in use',
      ),
    onFailure: (thrown) =>
      logger.error({ err: thrown }, 'a version of a model cannot be loaded; what was in use stays in use'),
    close: watch.close,
  };
}
