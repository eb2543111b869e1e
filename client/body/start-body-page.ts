import { createBrowserAnnouncer } from '../component/announce/browser-announcer.ts';
import { loadBodyMessages } from '../locales/load-body-messages.ts';
import { loadPageMessages } from '../locales/load-page-messages.ts';
import { chooseLocale, type Locale, loadComponentMessages, RIGHT_TO_LEFT } from '../locales/locales.ts';
import { rememberedLanguage, rememberLanguage } from '../page/remembered-language.ts';
import { createBeeper } from './beeper.ts';
import { createBodyActions } from './body-actions.ts';
import type { BodyTexts } from './body-context.ts';
import { DEFAULT_DETAILS } from './body-details.ts';
import { type BodyEvent, nextState, startOf } from './body-state.ts';
import { createCaptureGuide } from './capture-guide.ts';
import { createDemoSource } from './demo/demo-source.ts';
import { codeOf } from './error-code-of.ts';
import { createKeepAwake } from './keep-awake.ts';
import { keepFocus } from './keep-focus.ts';
import { createKeptPictures } from './kept-pictures.ts';
import { renderBodyPage } from './views/body-page-view.ts';

const SLOW_MS = 25_000;

/** Puts the body page into `root`. `?demo=1`: a rendered person takes the place of the camera. */
export function startBodyPage(root: HTMLElement): void {
  const query = new URLSearchParams(location.search);
  const server = location.origin;
  const isDemoAsked = !['', '0', 'false'].includes(query.get('demo') ?? '');
  let state = startOf(DEFAULT_DETAILS);
  let texts: BodyTexts | null = null;
  let wanted: Locale | null = null;
  let slowTimer: ReturnType<typeof setTimeout> | undefined;

  const announcer = createBrowserAnnouncer({ region: liveRegion() });
  const beeper = createBeeper();
  const awake = createKeepAwake();
  const pictures = createKeptPictures(render);
  const demo = createDemoSource({ modelsUrl: `${server}/models`, changed: render });
  const guide = createCaptureGuide({
    announcer,
    beeper,
    texts: () => texts,
    tick: () => send({ type: 'tick' }),
  });
  const { actions, begin, token } = createBodyActions({
    server,
    isDemoAsked,
    storage: () => sessionStorage,
    state: () => state,
    send,
    pictures,
    demo,
    clicked: () => {
      beeper.allow();
      announcer.setSpeaks(state.details.speak);
    },
  });

  function send(event: BodyEvent): void {
    const before = state;
    state = nextState(before, event);
    if (state === before) return;
    guide.follow(before, state);
    demo.follow(state);
    awake.set(state.screen.step === 'capture' && state.screen.phase.name !== 'ready');
    watchSlowness(before.screen.step);
    const hadFocus = document.activeElement !== document.body;
    render();
    keepFocus(root, before, state, hadFocus);
  }

  function watchSlowness(before: string): void {
    const { step } = state.screen;
    if (step === before) return;
    clearTimeout(slowTimer);
    if (step === 'waiting') slowTimer = setTimeout(() => send({ type: 'slow' }), SLOW_MS);
  }

  function render(): void {
    if (texts === null) return;
    renderBodyPage(root, {
      ...texts,
      state,
      server,
      actions,
      pictures: pictures.current(),
      source: demo.current(),
      sourceFailed: demo.hasFailed(),
      tokenProvider: token(),
      chooseLanguage,
    });
  }

  async function useLanguage(locale: Locale): Promise<void> {
    wanted = locale;
    const [messages, page, component] = await Promise.all([
      loadBodyMessages(locale),
      loadPageMessages(locale),
      loadComponentMessages(locale),
    ]);
    // Meanwhile another one may have been chosen.
    if (wanted !== locale) return;
    texts = { locale, messages, page, component };
    announcer.setLanguage(locale);
    document.documentElement.lang = locale;
    document.documentElement.dir = RIGHT_TO_LEFT.has(locale) ? 'rtl' : 'ltr';
    render();
  }

  function chooseLanguage(locale: Locale): void {
    rememberLanguage(() => localStorage, locale);
    // A language that cannot be loaded leaves the page in the one that it has.
    useLanguage(locale).catch(() => render());
  }

  async function start(): Promise<void> {
    const asked = query.get('lang');
    const kept = rememberedLanguage(() => localStorage);
    const first = chooseLocale([asked, kept, ...navigator.languages].filter((tag) => tag !== null));
    await useLanguage(first).catch(() => useLanguage('en'));
    await begin();
    // The camera's code comes while the person reads.
    await import('../component/index.ts');
  }

  start().catch((thrown: unknown) => {
    if (texts === null) root.classList.add('broken');
    else send({ type: 'problem', code: codeOf(thrown, 'internal') });
  });
}

/** Outside of what is rendered, so that it stays the same element. */
function liveRegion(): HTMLElement {
  const region = document.createElement('div');
  region.className = 'unseen';
  document.body.append(region);
  return region;
}
