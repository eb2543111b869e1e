import { createApiClient } from '../body/api/api-client.ts';
import { fetchClientSettings } from '../body/api/client-settings.ts';
import { createKeptSession } from '../body/kept-session.ts';
import { createAdminActions } from './admin-actions.ts';
import { type AdminEvent, type AdminState, nextState, START } from './admin-state.ts';
import { createKeyboard } from './keyboard.ts';
import { moveFocus } from './move-focus.ts';
import { renderAdminPage } from './views/admin-page-view.ts';

/** Ages are read again this often. */
const AGES_EVERY_MS = 60_000;

/** Puts the review page into `root`. The address names the open capture: `#<capture id>`. */
export function startAdminPage(root: HTMLElement): void {
  let state: AdminState = START;
  const session = createKeptSession(() => sessionStorage);
  const { actions, begin } = createAdminActions({ session, state: () => state, send });
  const keyboard = createKeyboard(root, () => state, actions);

  function send(event: AdminEvent): void {
    const before = state;
    state = nextState(before, event);
    if (state === before) return;
    if (before.picture !== null && before.picture !== state.picture) URL.revokeObjectURL(before.picture.url);
    if (before.openId !== state.openId) tellAddress(state.openId);
    render();
    moveFocus(root, before, state);
  }

  function render(): void {
    renderAdminPage(root, { state, actions, nowMs: Date.now() });
  }

  async function start(): Promise<void> {
    render();
    const { apiUrl } = await fetchClientSettings(location.origin);
    const client =
      apiUrl === null
        ? null
        : createApiClient({
            apiUrl,
            fetch: (url, init) => fetch(url, init),
            isOnline: () => navigator.onLine,
            refreshToken: session.refreshToken,
          });
    await begin(client);
  }

  actions.open(captureInAddress());
  addEventListener('hashchange', () => actions.open(captureInAddress()));
  addEventListener('keydown', keyboard);
  setInterval(render, AGES_EVERY_MS);
  // The node that served the page does not answer any more.
  start().catch(() => send({ type: 'failed', task: 'sign-in', code: 'dependency-unavailable' }));
}

function captureInAddress(): string | null {
  return /^#([\w-]{1,128})$/.exec(location.hash)?.[1] ?? null;
}

function tellAddress(captureId: string | null): void {
  const hash = captureId === null ? '' : `#${captureId}`;
  if (location.hash !== hash) history.pushState(null, '', `${location.pathname}${location.search}${hash}`);
}
