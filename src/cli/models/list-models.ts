import { stat } from 'node:fs/promises';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { readActiveModels } from '../../vision/active-models.ts';
import { type ModelRegistry, openModels } from '../../vision/model-registry.ts';

export interface ListedModel {
  readonly name: string;
  readonly version: string;
  readonly inUse: boolean;
  /** Chosen by `use` or `rollback`; else the highest version is in use. */
  readonly chosen: boolean;
  readonly file: 'verified' | 'missing' | 'differs';
  readonly bytes: number | null;
  readonly sha256: string;
  readonly title: string;
  readonly licence: string;
}

/** Every version of every model of a folder, each file read and held against its hash. */
export async function listModels(modelsFolder: string): Promise<ListedModel[]> {
  const registry = await openModels(modelsFolder);
  const active = await readActiveModels(modelsFolder);
  const listed: ListedModel[] = [];
  for (const name of registry.names) {
    const inUse = versionInUse(registry, name);
    for (const { version, title, licence } of registry.versionsOf(name)) {
      const { identity, path } = registry.describe(name, version);
      listed.push({
        name,
        version,
        inUse: version === inUse,
        chosen: active[name]?.version === version,
        file: await fileState(registry, name, version),
        bytes: await stat(path).then(
          ({ size }) => size,
          () => null,
        ),
        sha256: identity.sha256,
        title,
        licence,
      });
    }
  }
  return listed;
}

const HEADER = ['NAME', 'VERSION', 'IN USE', 'FILE', 'SIZE', 'LICENCE', 'TITLE'] as const;

export function modelTable(models: readonly ListedModel[]): string {
  const rows = models.map(({ name, version, inUse, chosen, file, bytes, licence, title }) => [
    name,
    version,
    inUse ? (chosen ? 'yes, chosen' : 'yes') : '',
    file,
    bytes === null ? '' : `${(bytes / 1024).toFixed(0)} kB`,
    licence,
    title,
  ]);
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  return [[...HEADER], ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** null where one was chosen that the manifest lacks: the list is what shows it. */
function versionInUse(registry: ModelRegistry, name: string): string | null {
  try {
    return registry.describe(name).entry.version;
  } catch (thrown) {
    if (thrown instanceof FramegateError && thrown.code === 'model-version-unknown') return null;
    throw thrown;
  }
}

async function fileState(
  registry: ModelRegistry,
  name: string,
  version: string,
): Promise<ListedModel['file']> {
  try {
    await registry.loadModel(name, version);
    return 'verified';
  } catch (thrown) {
    if (!(thrown instanceof FramegateError)) throw thrown;
    return thrown.code === 'model-missing' ? 'missing' : 'differs';
  }
}
