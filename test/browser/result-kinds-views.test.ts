import { describe, expect, it } from 'vitest';
import { loadPageMessages } from '../../client/locales/load-page-messages.ts';
import { LOCALES } from '../../client/locales/locales.ts';
import { type AppEvent, type AppState, nextState, startOf } from '../../client/page/app-state.ts';
import { DEFAULT_CHOICES } from '../../client/page/choices.ts';
import type { ResultState } from '../../client/page/result/result-context.ts';
import { resultView } from '../../client/page/result/result-view.ts';
import type { PageContext } from '../../client/page/views/page-context.ts';
import type { Result } from '../../src/protocol/messages.ts';
import { handlersOf, templateText } from './template-text.ts';

const IMAGE = { width: 640, height: 480 };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';
const KINDS = ['face-quality', 'skin', 'face-contours'];

const of = (kind: string, result: Result['result'] = {}, status: Result['status'] = 'done'): Result => ({
  type: 'result',
  captureId: 'c1',
  kind,
  status,
  result,
});
const QUALITY = of('face-quality', { overallScore: 80, verdict: 'pass', image: IMAGE, checks: [] });
const SKIN = of('skin', {
  image: IMAGE,
  overallScore: 61,
  concerns: [
    { id: 'pore', score: 82, confidence: 0.9, doubts: [], regions: [] },
    { id: 'acne', score: null, confidence: 0, doubts: ['occluded'], regions: [] },
    {
      id: 'redness',
      score: 31,
      confidence: 0.1,
      doubts: ['shaded'],
      regions: [{ name: 'left-cheek', score: 22, confidence: 0.1, readableShare: 1 }],
    },
  ],
  masks: [{ id: 'redness', box: { x: 10, y: 20, width: 30, height: 40 }, pngBase64: PNG }],
  skinType: { name: 'oily', sensitive: true, confidence: 0.2 },
  skinAge: null,
  notice: '<script>alert(1)</script>',
});
const LINE = [
  [10, 10],
  [20, 10],
  [15, 30],
];
const CONTOURS = of('face-contours', {
  image: IMAGE,
  svg: 'PHN2Zz4=',
  mask_contours: { nose: LINE, '7': LINE, '<img src=x>': LINE },
});

async function show(
  results: readonly Result[],
  events: readonly AppEvent[] = [],
  locale: (typeof LOCALES)[number] = 'en',
) {
  const sent: AppEvent[] = [];
  const taken = { captureId: 'c1', receipt: null, resultKinds: KINDS };
  const outcomes = results.map(
    (result): AppEvent => ({
      type: 'result',
      outcome: { result, settings: null, picture: null },
    }),
  );
  const start: AppEvent[] = [
    { type: 'start', source: 'camera' },
    { type: 'taken', taken },
  ];
  const state = [...start, ...outcomes, ...events].reduce<AppState>(
    (before, event) => nextState(before, event).state,
    startOf(DEFAULT_CHOICES),
  );
  const page: PageContext = {
    locale,
    messages: await loadPageMessages(locale),
    component: null,
    server: '',
    token: null,
    send: (event) => sent.push(event),
    chooseLanguage: () => undefined,
  };
  const view = resultView(state as ResultState, { pictureUrl: 'blob:still', triangles: null }, page);
  return { view, text: templateText(view).replaceAll(/\s+/g, ' '), sent, messages: page.messages };
}

describe('the result of which more is to come', () => {
  it('shows the quality at once, and says what is still being measured in a place that is heard', async () => {
    const { text } = await show([QUALITY]);
    expect(text).toContain('id="score"');
    expect(text).toMatch(/role="status".*Skin: being measured….*Outlines: being measured…/);
    expect(text).not.toContain('id="concerns"');
  });

  it('shows what comes before the quality, and no score until that is there', async () => {
    const { text } = await show([SKIN]);
    expect(text).toContain('id="concerns"');
    expect(text).toContain('Picture quality: being measured…');
    expect(text).not.toContain('id="score"');
    expect(text).not.toContain('id="skin"');
  });

  it('waits for nothing once all are there, and says so to whoever listens', async () => {
    const { text } = await show([QUALITY, CONTOURS, SKIN]);
    expect(text).not.toContain('being measured');
    expect(text).toMatch(/class="unseen">Skin: measured</);
    expect(text).toContain('id="contours"');
  });

  it('tells what has failed by code and message, and what has not come', async () => {
    const failed = of('skin', { code: 'analysis-timeout', message: 'took <too> long' }, 'failed');
    const { text } = await show([QUALITY, failed], [{ type: 'results-missing', captureId: 'c1' }]);
    expect(text).toContain('Skin: could not be measured');
    expect(text).toContain('analysis-timeout');
    expect(text).toContain('took &lt;too> long');
    expect(text).toContain('Outlines: no result has come');
    // In the place that is heard, too.
    expect(text).toMatch(
      /role="status".*class="unseen">Skin: could not be measured<.*class="unseen">Outlines: no result has come</,
    );
    expect(text).not.toContain('being measured');
    expect(text).toContain('id="score"');
  });
});

describe('skin concerns', () => {
  it('stand the worst first, with areas and doubts in words, and null is no score', async () => {
    const { text } = await show([QUALITY, SKIN]);
    const names = [...text.matchAll(/class="check-name">([^<]*)</g)].map(([, name]) => name);
    expect(names).toEqual(['Redness', 'Pores', 'Acne']);
    expect(text).toMatch(/Redness.*31 of 100.*Not sure.*It lies in shade\..*Left cheek.*22 of 100/);
    expect(text).toMatch(/Acne<\/span> <span class="check-value">could not be assessed/);
    expect(text).toContain('Something covers the skin');
    expect([...text.matchAll(/concern unsure/g)]).toHaveLength(2);
  });

  it('tell type and age honestly, and the notice in the person’s language and as it came', async () => {
    const { text, messages } = await show([QUALITY, SKIN], [], 'de');
    expect(text).toContain(`${messages.concerns.types.oily} · ${messages.concerns.sensitive}`);
    expect(text).toContain(messages.concerns.ageNone);
    expect(text).toContain(messages.concerns.notice);
    expect(text).toContain('&lt;script>');
    expect(text).not.toContain('<script>');
    const aged = of('skin', { ...SKIN.result, skinAge: { years: 34.4, confidence: 0.2 } });
    const { text: withAge } = await show([aged], [], 'de');
    expect(withAge).toContain('etwa 34');
    expect(withAge).toContain(messages.concerns.ageHow);
  });

  it('lie over the picture when they are opened, by a mask stretched over its box', async () => {
    const { view, text, sent } = await show([QUALITY, SKIN]);
    expect(text).not.toContain('<mask');
    const details = (open: boolean) => ({ currentTarget: { open } });
    const toggles = handlersOf(view, 'toggle');
    toggles[0]!(details(true));
    toggles[0]!(details(false));
    // There is nothing to show of the second.
    toggles[1]!(details(true));
    expect(sent).toEqual([
      { type: 'show-concern', concern: 'redness' },
      { type: 'hide-concern', concern: 'redness' },
    ]);
    const shown = await show([QUALITY, SKIN], [{ type: 'show-concern', concern: 'redness' }]);
    expect(shown.text).toMatch(
      /<image href=data:image\/png;base64,\S+ x=10 y=20 width=30 height=40 preserveAspectRatio="none"/,
    );
    expect(shown.text).toContain('viewBox="0 0 640 480"');
    expect(shown.text).toContain('On the picture: Redness');
    expect(shown.text).toMatch(/class="check concern unsure shown"/);
  });

  it.each(LOCALES)('have all their words in %s', async (locale) => {
    const { text, messages } = await show([SKIN, CONTOURS], [], locale);
    for (const word of [messages.concerns.names.redness, messages.areas['left-cheek'], messages.areas.nose]) {
      expect(text).toContain(word);
    }
  });
});

describe('outlines', () => {
  it('are drawn as paths of numbers, each with a switch of its name', async () => {
    const { text, view, sent } = await show([QUALITY, CONTOURS]);
    expect([...text.matchAll(/<path d=M10\.0,10\.0L20\.0,10\.0L15\.0,30\.0Z stroke=#\w{6}/g)]).toHaveLength(
      3,
    );
    expect(text).toContain('<span>Nose</span>');
    expect(text).toContain('<span>Area 7</span>');
    expect(text).toContain('&lt;img src=x>');
    expect(text).not.toContain('<img src=x>');
    expect(text).not.toContain('PHN2Zz4=');
    for (const changed of handlersOf(view, 'change').slice(-3)) changed({});
    expect(sent).toContainEqual({ type: 'toggle-contour', region: 'nose' });
  });

  it('are taken away by their switch', async () => {
    const { text } = await show([QUALITY, CONTOURS], [{ type: 'toggle-contour', region: 'nose' }]);
    expect([...text.matchAll(/<path d=M10/g)]).toHaveLength(2);
  });
});
