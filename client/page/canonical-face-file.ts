import { FramegateError } from '../../src/protocol/framegate-error.ts';

interface ManifestEntry {
  readonly name?: string;
  /** Beside the manifest, where a node serves it; a folder of files has name, version and file instead. */
  readonly url?: string;
  readonly version?: string;
  readonly output?: { readonly file?: string };
}

type Fetch = (url: string) => Promise<Response>;

/** The text of the canonical face that a folder with `manifest.json` names. Rejects with model-missing. */
export async function fetchCanonicalFace(
  modelsUrl: string,
  fetchUrl: Fetch = (url) => fetch(url),
): Promise<string> {
  const folder = `${modelsUrl.replace(/\/$/, '')}/`;
  const read = async (path: string): Promise<Response> => {
    const response = await fetchUrl(new URL(path, folder).href);
    if (response.ok) return response;
    throw new FramegateError('model-missing', `${path} cannot be loaded: HTTP ${response.status}`);
  };
  const manifest = (await (await read('manifest.json')).json()) as {
    readonly models?: readonly ManifestEntry[];
  };
  const entry = manifest.models?.find(({ name }) => name === 'canonical-face');
  if (entry === undefined) throw new FramegateError('model-missing', 'the manifest has no canonical face');
  const path = entry.url ?? `${entry.name}/${entry.version}/${entry.output?.file}`;
  return (await read(path)).text();
}
