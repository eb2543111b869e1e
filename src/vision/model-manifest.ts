import { z } from 'zod';
import { FramegateError } from '../protocol/framegate-error.ts';

/** Empty until it has been recorded. */
const sha256 = z.string().regex(/^([0-9a-f]{64})?$/, 'is not a SHA-256 in lower-case hex');
const folderName = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'is not usable as a folder name');
const relativePath = z
  .string()
  .refine((path) => !/^[/\\]|\\|(^|\/)\.\.(\/|$)/.test(path), 'leaves its folder');

const portSchema = z.strictObject({
  name: z.string().min(1),
  /** The tensor's name in the source file, where the model is converted. */
  tensor: z.string().optional(),
  shape: z.array(z.number().int().positive()),
  meaning: z.string(),
  /** Range of the values, in words. */
  values: z.string(),
});

/**
 * A file of an installed npm package, perhaps inside of an Emscripten data file; or a file below the manifest's folder. What
 * is kept there ready to be loaded, as fitted files are, is its own source.
 */
const sourceSchema = z.union([
  z.strictObject({
    package: z.string().min(1),
    packageVersion: z.string().min(1),
    file: relativePath,
    /** The data file that holds `file`, and the script that lists where. */
    packed: z.strictObject({ data: relativePath, loader: relativePath }).optional(),
    sha256,
  }),
  z.strictObject({ path: relativePath, sha256 }),
]);

export const modelEntrySchema = z.strictObject({
  name: folderName,
  version: folderName,
  title: z.string(),
  licence: z.string(),
  /** Imported only when named. */
  onDemand: z.boolean().default(false),
  source: sourceSchema,
  /** How the source becomes the output: converted, or copied as it is (an ONNX file of your own). */
  converter: z.enum(['tflite', 'face-geometry', 'copy']),
  output: z.strictObject({ file: folderName, sha256 }),
  inputs: z.array(portSchema),
  outputs: z.array(portSchema),
});

const manifestSchema = z.strictObject({
  models: z.array(modelEntrySchema).superRefine((models, context) => {
    const versions = models.map(({ name, version }) => `${name}@${version}`);
    const twice = versions.find((one, index) => versions.indexOf(one) !== index);
    if (twice !== undefined) context.addIssue({ code: 'custom', message: `has ${twice} twice` });
  }),
});

export type ModelEntry = z.infer<typeof modelEntrySchema>;
export type ModelSource = ModelEntry['source'];
export type ModelManifest = z.infer<typeof manifestSchema>;

/**
 * Reads the text of models/manifest.json.
 * Throws FramegateError config-invalid with every fault and where it stands.
 */
export function parseModelManifest(json: string): ModelManifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new FramegateError('config-invalid', 'the model manifest is not JSON', { cause });
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    throw new FramegateError(
      'config-invalid',
      `the model manifest is wrong: ${z.prettifyError(parsed.error)}`,
    );
  }
  return parsed.data;
}

/** Every version of a model, the highest first. Throws model-missing, naming those that there are. */
export function modelVersions(manifest: ModelManifest, name: string): ModelEntry[] {
  const entries = manifest.models.filter((model) => model.name === name);
  if (entries.length === 0) {
    const names = [...new Set(manifest.models.map((model) => model.name))].join(', ');
    throw new FramegateError('model-missing', `no model is called ${name}; there are: ${names}`);
  }
  return entries.sort((a, b) => compareVersions(b.version, a.version));
}

/**
 * The entry of a model, of its highest version where none is named.
 * Throws model-missing or model-version-unknown, naming those that there are.
 */
export function findModelEntry(manifest: ModelManifest, name: string, version?: string): ModelEntry {
  const versions = modelVersions(manifest, name);
  const entry = version === undefined ? versions[0] : versions.find((one) => one.version === version);
  if (entry !== undefined) return entry;
  throw new FramegateError(
    'model-version-unknown',
    `the model ${name} has no version ${version}; there are: ${versions.map((one) => one.version).join(', ')}`,
  );
}

/** Below 0 where `a` is the lower one: number by number, and 1.0.0-trial before 1.0.0. */
export function compareVersions(a: string, b: string): number {
  const [mainA = '', suffixA] = a.split(/-(.*)/);
  const [mainB = '', suffixB] = b.split(/-(.*)/);
  const byMain = mainA.localeCompare(mainB, 'en', { numeric: true });
  if (byMain !== 0) return byMain;
  if (suffixA === undefined || suffixB === undefined) {
    return Number(suffixA === undefined) - Number(suffixB === undefined);
  }
  return suffixA.localeCompare(suffixB, 'en', { numeric: true });
}

/** Where a model's file lies, relative to the models folder. */
export function modelFile(entry: Pick<ModelEntry, 'name' | 'version' | 'output'>): string {
  return `${entry.name}/${entry.version}/${entry.output.file}`;
}
