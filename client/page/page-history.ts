import type { AppStep, HistoryMove } from './app-state.ts';

interface Entry {
  readonly framegateStep: AppStep;
}

export interface PageHistory {
  /** Makes the entry that the page was opened in its first step; also after a reload, which forgets what came before. */
  begin(dropFragment: boolean): void;
  move(move: HistoryMove, step: AppStep): void;
}

/** The steps of the page as entries of the browser's history. */
export function createHistory(window: Window, travelled: (to: AppStep | null) => void): PageHistory {
  const { history, location } = window;
  history.scrollRestoration = 'manual';
  window.addEventListener('popstate', ({ state }) =>
    travelled((state as Entry | null)?.framegateStep ?? null),
  );
  const entry = (framegateStep: AppStep): Entry => ({ framegateStep });
  return {
    begin(dropFragment) {
      const address = `${location.pathname}${location.search}`;
      history.replaceState(entry('consent'), '', dropFragment ? address : undefined);
    },
    move(move, step) {
      if (move === 'push') history.pushState(entry(step), '');
      else if (move === 'replace') history.replaceState(entry(step), '');
      else if (move === 'back') history.back();
    },
  };
}
