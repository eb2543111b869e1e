/** Which version of a model is in use, where somebody has chosen one: `active.json` beside the manifest. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FramegateError } from '../protocol/framegate-error.ts';

const choiceSchema = z.strictObject({
  version: z.string(),
  /** What was in use before, the latest last. */
  previous: z.array(z.string()),
  changedAt: z.iso.datetime(),
  /** Why the gate was passed over; null where it was not. */
  forced: z.string().nullable(),
});
const activeSchema = z.strictObject({ models: z.record(z.string(), choiceSchema) });

export type ModelChoice = Readonly<z.infer<typeof choiceSchema>>;
export type ActiveModels = Readonly<Record<string, ModelChoice>>;

export const ACTIVE_FILE = 'active.json';
/** More steps back than anybody takes. */
const MAX_PREVIOUS = 20;

/** Empty where nobody has chosen yet. Rejects with config-invalid where the file is not understood. */
export async function readActiveModels(modelsFolder: string): Promise<ActiveModels> {
  const path = join(modelsFolder, ACTIVE_FILE);
  let json: string;
  try {
    json = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw new FramegateError('config-invalid', `${path} cannot be read`, { cause });
  }
  try {
    return activeSchema.parse(JSON.parse(json)).models;
  } catch (cause) {
    throw new FramegateError('config-invalid', `${path} is not understood; remove it or mend it`, { cause });
  }
}

export function formatActiveModels(models: ActiveModels): string {
  return `${JSON.stringify({ models }, null, 2)}\n`;
}

/** With another version in use. @param inUse what has been in use until now */
export function withVersion(
  active: ActiveModels,
  name: string,
  change: {
    readonly version: string;
    readonly inUse: string;
    readonly at: Date;
    readonly forced: string | null;
  },
): ActiveModels {
  const previous = [...(active[name]?.previous ?? []), change.inUse].slice(-MAX_PREVIOUS);
  const { version, at, forced } = change;
  return { ...active, [name]: { version, previous, changedAt: at.toISOString(), forced } };
}

/** With the version in use that was before. Throws model-version-unknown where there was none. */
export function withPreviousVersion(active: ActiveModels, name: string, at: Date): ActiveModels {
  const previous = active[name]?.previous ?? [];
  const version = previous.at(-1);
  if (version === undefined) {
    throw new FramegateError('model-version-unknown', `no version of ${name} was in use before this one`);
  }
  return {
    ...active,
    [name]: { version, previous: previous.slice(0, -1), changedAt: at.toISOString(), forced: null },
  };
}
