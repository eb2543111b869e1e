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
  let views: ResultViews | null = null;
  let loading = false;
  let failed = false;
  let triangles: ResultResources['triangles'] = null;
  let asked = false;
  /** undefined: no result is shown. */
  let shown: Blob | null | undefined;
  let pictureUrl: string | null = null;

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

  /** Until they are there, and where they cannot be had, the mesh is drawn as points. */
  async function loadTriangles(): Promise<void> {
    asked = true;
    try {
      const { loadMeshTriangles } = await import('./result/mesh-triangles.ts');
      triangles = await loadMeshTriangles(`${server}/models`);
      changed();
    } catch {
      triangles = null;
    }
    // The next picture asks again.
    asked = triangles !== null;
  }

  function forget(): void {
    if (pictureUrl !== null) URL.revokeObjectURL(pictureUrl);
    pictureUrl = null;
    shown = undefined;
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
      if (picture === shown) return;
      forget();
      shown = picture;
      pictureUrl = picture === null ? null : URL.createObjectURL(picture);
      if (!asked) void loadTriangles();
    },

    current: (): ResultStep => ({ views, failed, resources: { pictureUrl, triangles } }),
  };
}
