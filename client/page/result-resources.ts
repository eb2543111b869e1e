import type { AppState } from './app-state.ts';
import type { ResultResources } from './result/result-context.ts';

type ResultViews = typeof import('./result/result-view.ts');

export interface ResultStep {
  /** null until the code of the result is there. */
  readonly views: ResultViews | null;
  readonly failed: boolean;
  readonly resources: ResultResources;
}

/** The result's code, fetched while the person is still being guided, and the picture that it shows. */
export function createResultResources({ server, changed }: { server: string; changed: () => void }) {
  const nothing: ResultResources = { pictureUrl: null, triangles: Promise.resolve(null) };
  let views: ResultViews | null = null;
  let loading = false;
  let failed = false;
  let resources = nothing;
  let shown: Blob | null = null;

  async function load(): Promise<void> {
    loading = true;
    try {
      views = await import('./result/result-view.ts');
    } catch {
      failed = true;
    }
    loading = false;
    changed();
  }

  async function loadTriangles(): Promise<readonly number[] | null> {
    try {
      const { loadMeshTriangles } = await import('./result/mesh-triangles.ts');
      return await loadMeshTriangles(`${server}/models`);
    } catch {
      return null;
    }
  }

  function forget(): void {
    if (resources.pictureUrl !== null) URL.revokeObjectURL(resources.pictureUrl);
    resources = nothing;
    shown = null;
  }

  return {
    /** Takes up and lets go of what the state needs. */
    follow(state: AppState): void {
      if (state.step !== 'consent' && views === null && !loading) void load();
      if (state.step !== 'result') {
        forget();
        return;
      }
      const { picture } = state.outcome;
      if (resources !== nothing && picture === shown) return;
      forget();
      shown = picture;
      resources = {
        pictureUrl: picture === null ? null : URL.createObjectURL(picture),
        triangles: loadTriangles(),
      };
    },

    current: (): ResultStep => ({ views, failed, resources }),
  };
}
