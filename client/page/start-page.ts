import { loadPageMessages } from '../locales/load-page-messages.ts';
import { chooseLocale, type Locale, loadComponentMessages, RIGHT_TO_LEFT } from '../locales/locales.ts';
import { type AppEvent, type AppState, nextState, startOf } from './app-state.ts';
import { DEFAULT_CHOICES, readAddress } from './choices.ts';
import { createLiveResources } from './live-resources.ts';
import { createHistory } from './page-history.ts';
import { rememberedLanguage, rememberLanguage } from './remembered-language.ts';
import { createResultResources } from './result-resources.ts';
import type { PageContext } from './views/page-context.ts';
import { renderPage } from './views/page-view.ts';

type Texts = Pick<PageContext, 'locale' | 'messages' | 'component'>;

/** Puts the capture page into `root`, and begins with the person's consent. */
export function startPage(root: HTMLElement): void {
  const request = readAddress(location.search, location.hash);
  const server = location.origin;
  const storage = () => localStorage;
  let state: AppState = startOf({ ...DEFAULT_CHOICES, ...request.choices });
  let texts: Texts | null = null;
  let wanted: Locale | null = null;
  let isArriving = false;

  const history = createHistory(window, (to) => send({ type: 'travelled', to }));
  // A token is for this page alone: it goes from the address bar before anything else is loaded.
  history.begin(request.token !== null);
  const live = createLiveResources({ server, changed: render });
  const result = createResultResources({ server, changed: render });

  function send(event: AppEvent): void {
    const before = state;
    const change = nextState(before, event);
    state = change.state;
    history.move(change.history, state.step);
    live.follow(state);
    result.follow(state);
    render();
    if (state.step !== before.step) arrive();
  }

  function render(): void {
    if (texts === null) return;
    const context: PageContext = { ...texts, server, token: request.token, send, chooseLanguage };
    renderPage(root, { state, live: live.current(), result: result.current() }, context);
    // Only what a replaced heading has lost: whoever has moved on is left there.
    if (isArriving && document.activeElement === document.body) focusHeading();
  }

  /** A new step begins at its heading, for the eye, the keyboard and the screen reader alike. */
  function arrive(): void {
    scrollTo(0, 0);
    isArriving = true;
    focusHeading();
  }

  /** Again with the next rendering, where the step's own view is still being loaded. */
  function focusHeading(): void {
    const own = root.querySelector<HTMLElement>(`main.${state.step} h1`);
    const heading = own ?? root.querySelector<HTMLElement>('main:not([hidden]) h1');
    isArriving = own === null;
    heading?.focus({ preventScroll: true });
  }

  async function useLanguage(locale: Locale): Promise<void> {
    wanted = locale;
    const [messages, component] = await Promise.all([
      loadPageMessages(locale),
      loadComponentMessages(locale).catch(() => null),
    ]);
    // Meanwhile another one may have been chosen.
    if (wanted !== locale) return;
    texts = { locale, messages, component };
    const { documentElement } = document;
    documentElement.lang = locale;
    documentElement.dir = RIGHT_TO_LEFT.has(locale) ? 'rtl' : 'ltr';
    render();
  }

  function chooseLanguage(locale: Locale): void {
    rememberLanguage(storage, locale);
    // A language that cannot be loaded leaves the page in the one that it has.
    useLanguage(locale).catch(() => render());
  }

  async function begin(): Promise<void> {
    const asked = request.lang === null ? [] : [request.lang];
    const kept = rememberedLanguage(storage);
    const first = chooseLocale([...asked, ...(kept === null ? [] : [kept]), ...navigator.languages]);
    await useLanguage(first).catch(() => useLanguage('en'));
    if (request.demo) send({ type: 'start', source: 'demo' });
    // The camera's code comes while the person reads.
    await live.preload();
  }

  begin().catch(() => root.classList.add('broken'));
}
