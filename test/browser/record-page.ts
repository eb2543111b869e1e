import type { Page } from 'playwright-core';

/** What an app that embeds <framegate-camera> hears. Blobs are told as their size. */
export interface HeardEvent {
  readonly type: string;
  readonly atMs: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what the page says, whatever its shape
  readonly detail: any;
}

export interface ShownText {
  readonly text: string;
  readonly atMs: number;
}

export interface PageRecord {
  readonly events: readonly HeardEvent[];
  /** What polite live regions were given to say, in order; times are the page's. */
  readonly polite: readonly ShownText[];
  /** What stood where the hint is shown, in order, with '' while nothing did. */
  readonly hints: readonly ShownText[];
  eventsOf(type: string): readonly HeardEvent[];
  /** The first such event, also one that has been already. */
  event(type: string, timeoutMs?: number): Promise<HeardEvent>;
  /** The first moment at which what was recorded fulfils the condition. */
  when(condition: (record: PageRecord) => boolean, what: string, timeoutMs?: number): Promise<void>;
}

type Entry =
  | { readonly kind: 'event'; readonly type: string; readonly atMs: number; readonly detail: unknown }
  | { readonly kind: 'polite' | 'hint'; readonly text: string; readonly atMs: number };

/** Watches a page from before its first script: `open(url, { before: async (page) => { record = await recordPage(page); } })`. */
export async function recordPage(page: Page): Promise<PageRecord> {
  const events: HeardEvent[] = [];
  const polite: ShownText[] = [];
  const hints: ShownText[] = [];
  const waiting = new Set<() => void>();
  await page.exposeBinding('recordForTest', (_, entry: Entry) => {
    if (entry.kind === 'event') events.push(entry);
    else (entry.kind === 'polite' ? polite : hints).push(entry);
    for (const look of waiting) look();
  });
  await page.addInitScript(watchPage, EVENT_TYPES);
  const record: PageRecord = {
    events,
    polite,
    hints,
    eventsOf: (type) => events.filter((event) => event.type === type),
    async event(type, timeoutMs) {
      await record.when(({ eventsOf }) => eventsOf(type).length > 0, type, timeoutMs);
      return record.eventsOf(type)[0]!;
    },
    when(condition, what, timeoutMs = 25_000) {
      return new Promise<void>((resolve, reject) => {
        const end = () => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        const look = () => {
          if (!condition(record)) return;
          end();
          resolve();
        };
        const timer = setTimeout(() => {
          end();
          const last = events
            .slice(-5)
            .map(({ type, detail }) => `${type} ${JSON.stringify(detail).slice(0, 200)}`);
          reject(new Error(`no ${what} within ${timeoutMs} ms; last events:\n${last.join('\n')}`));
        }, timeoutMs);
        waiting.add(look);
        look();
      });
    },
  };
  return record;
}

const EVENT_TYPES = [
  'state',
  'feedback',
  'hint',
  'dwell',
  'capture-request',
  'captured',
  'rejected',
  'result',
  'results-missing',
  'pace',
  'error',
].map((name) => `framegate-${name}`);

/** Runs in the page. */
function watchPage(types: readonly string[]): void {
  const { recordForTest } = window as unknown as { recordForTest: (entry: unknown) => Promise<void> };
  // Nobody is there to be told when the page goes away.
  const say = (entry: object) => void recordForTest({ ...entry, atMs: performance.now() }).catch(() => {});
  const plain = (value: unknown): unknown => {
    if (value instanceof Blob) return { blobBytes: value.size, type: value.type };
    if (value instanceof Uint8Array) return { bytes: value.length };
    if (value instanceof Error)
      return { ...Object.fromEntries(Object.entries(value)), message: value.message, name: value.name };
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return typeof value === 'function' ? null : value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  };
  for (const type of types) {
    window.addEventListener(
      type,
      (event) => say({ kind: 'event', type, detail: plain((event as CustomEvent).detail) }),
      { capture: true },
    );
  }

  const textOf = (element: Element) => (element.textContent ?? '').replace(/\s+/g, ' ').trim();
  const roots = new Set<Document | ShadowRoot>();
  let lastHint = '';
  const lookAtHint = () => {
    const shown = [...roots]
      .flatMap((root) => [...root.querySelectorAll('[part~="hint"]')])
      .filter((element) => element.checkVisibility())
      .map(textOf)
      .find((text) => text !== '');
    if ((shown ?? '') === lastHint) return;
    lastHint = shown ?? '';
    say({ kind: 'hint', text: lastHint });
  };
  const observer = new MutationObserver((mutations) => {
    lookAtHint();
    const spoken = new Set<Element>();
    for (const { target, addedNodes, type } of mutations) {
      if (type === 'attributes' || (type === 'childList' && addedNodes.length === 0)) continue;
      const element = target instanceof Element ? target : target.parentElement;
      const region = element?.closest('[aria-live="polite"], [role="status"]');
      if (region != null) spoken.add(region);
    }
    // Said again where the same text comes anew: this is how screen readers take it.
    for (const region of spoken) if (textOf(region) !== '') say({ kind: 'polite', text: textOf(region) });
  });
  const watch = (root: Document | ShadowRoot) => {
    roots.add(root);
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  };
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachAndWatch(init) {
    const root = attach.call(this, init);
    watch(root);
    return root;
  };
  watch(document);
}
