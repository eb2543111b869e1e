import { describe, expect, test } from 'vitest';
import { FAILURE_FACES, type FailureFace, failureFace } from '../../client/locales/failure-face.ts';
import { loadBodyMessages } from '../../client/locales/load-body-messages.ts';
import { loadPageMessages } from '../../client/locales/load-page-messages.ts';
import {
  chooseLocale,
  fill,
  LOCALES,
  type Locale,
  loadComponentMessages,
} from '../../client/locales/locales.ts';
import { sentences } from '../../client/locales/sentences.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/protocol/error-codes.ts';
import { placesOf, textsOf } from '../support/message-texts.ts';

const OTHERS = LOCALES.filter((locale) => locale !== 'en');

/** Texts that may be as in English: a name, units, and words that the languages share. */
const SAME_AS_ENGLISH: ReadonlySet<string> = new Set(['framegate', 'Options', 'Strict', 'cm']);
const UNITS = /^\{value\} (px|cm|bits?|EV)$/;
const mayBeEnglish = (text: string) => SAME_AS_ENGLISH.has(text) || UNITS.test(text);

const SETS = [
  { name: 'component', load: loadComponentMessages },
  { name: 'page', load: loadPageMessages },
  { name: 'body page', load: loadBodyMessages },
] as const;

/** What no text of a language in its own script is without. */
const OWN_SCRIPT: Partial<Record<Locale, RegExp>> = {
  ar: /\p{Script=Arabic}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  zh: /\p{Script=Han}/u,
};

describe.each(SETS)('texts of the $name', ({ load }) => {
  test('English is complete', async () => {
    const english = textsOf(await load('en'));
    expect(english.size).toBeGreaterThan(50);
    expect([...english].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  describe.each(OTHERS)('in %s', (locale) => {
    test('there is each text of English, and no other', async () => {
      const english = textsOf(await load('en'));
      const texts = textsOf(await load(locale));
      expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
      expect([...texts].filter(([, text]) => text.trim() !== text || text === '')).toEqual([]);
    });

    test('the places that are filled in are those of English', async () => {
      const english = textsOf(await load('en'));
      const texts = await load(locale).then(textsOf);
      for (const [path, text] of english)
        expect([path, placesOf(texts.get(path) ?? '')]).toEqual([path, placesOf(text)]);
    });

    test('nothing is left in English', async () => {
      const english = textsOf(await load('en'));
      const left = [...textsOf(await load(locale))].filter(
        ([path, text]) =>
          text === english.get(path) && /\p{L}/u.test(text.replaceAll(/\{\w+\}/g, '')) && !mayBeEnglish(text),
      );
      expect(left).toEqual([]);
    });

    test('it is in its own script, and has no character that hides', async () => {
      const script = OWN_SCRIPT[locale] ?? /\p{Script=Latin}/u;
      for (const [path, text] of textsOf(await load(locale))) {
        const words = text.replaceAll(/\{\w+\}/g, '');
        if (/\p{L}/u.test(words) && !mayBeEnglish(text)) expect(`${path}: ${words}`).toMatch(script);
        expect(text, path).not.toMatch(/[\p{Cf}\p{Cc}\ufffd]/u);
      }
    });
  });
});

test.each(LOCALES)('hints in %s fit the pill, and no two are the same', async (locale) => {
  const hints = Object.values((await loadComponentMessages(locale)).hints);
  const longest = locale === 'ja' || locale === 'zh' ? 34 : 70;
  expect(hints.filter((text) => text.length > longest)).toEqual([]);
  expect(new Set(hints).size).toBe(hints.length);
});

test.each(LOCALES)('left and right are not mixed up in %s', async (locale) => {
  const { hints } = await loadComponentMessages(locale);
  const [left, right] = LEFT_AND_RIGHT[locale];
  for (const action of ['move', 'turn', 'tilt'] as const) {
    expect(hints[`${action}-left`]).toMatch(left);
    expect(hints[`${action}-right`]).toMatch(right);
    expect(hints[`${action}-left`]).not.toMatch(right);
    expect(hints[`${action}-right`]).not.toMatch(left);
  }
});

const LEFT_AND_RIGHT: Record<Locale, readonly [RegExp, RegExp]> = {
  en: [/left/, /right/],
  de: [/links/, /rechts/],
  fr: [/gauche/, /droite/],
  es: [/izquierda/, /derecha/],
  pt: [/esquerda/, /direita/],
  it: [/sinistra/, /destra/],
  pl: [/lewo/, /prawo/],
  ar: [/يسار/, /يمين/],
  ja: [/左/, /右/],
  zh: [/左/, /右/],
};

describe('faces of failures', () => {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];

  test('every code has a face, and every face a code', () => {
    const faces = new Set(codes.map(failureFace));
    expect([...faces].sort()).toEqual([...FAILURE_FACES].sort());
  });

  test.each<[ErrorCode, FailureFace]>([
    ['camera-denied', 'camera-denied'],
    ['dependency-unavailable', 'server-unreachable'],
    ['server-draining', 'server-unreachable'],
    ['rate-limited', 'server-busy'],
    ['server-busy', 'server-busy'],
    ['resume-failed', 'session-ended'],
    ['token-expired', 'access-expired'],
    ['token-out-of-scope', 'access-refused'],
    ['capture-refused', 'capture-refused'],
    ['capture-rejected', 'capture-rejected'],
    ['capture-unknown', 'capture-failed'],
    ['image-corrupt', 'capture-failed'],
    ['model-hash-mismatch', 'detector-unavailable'],
    ['worker-crashed', 'analysis-failed'],
    ['profile-unknown', 'internal'],
    ['thresholds-invalid', 'internal'],
    ['message-invalid', 'internal'],
    ['usage', 'internal'],
  ])('%s is told as %s', (code, face) => {
    expect(failureFace(code)).toBe(face);
  });

  test('no code that only operators or the command line meet is told as if the person could mend it', () => {
    const operators: ErrorCode[] = ['config-invalid', 'port-in-use', 'query-failed', 'bus-incompatible'];
    expect(new Set(operators.map(failureFace))).toEqual(new Set(['internal']));
  });
});

test.each<[readonly string[], Locale]>([
  [['pt-BR'], 'pt'],
  [['zh-Hant'], 'zh'],
  [['de-AT'], 'de'],
  [['fr_CA'], 'fr'],
  [['AR'], 'ar'],
  [['sv', 'pl-PL', 'de'], 'pl'],
  [['sv'], 'en'],
  [[''], 'en'],
  [[], 'en'],
  [['den'], 'en'],
])('of %j the language is %s', (wanted, locale) => {
  expect(chooseLocale(wanted)).toBe(locale);
});

test('fill puts in what it is given and leaves the rest', () => {
  expect(fill('{score} of 100, {score}; {name}', { score: 0 })).toBe('0 of 100, 0; {name}');
  expect(fill('{a}', { a: '{b}', b: 'no' })).toBe('{b}');
});

test.each<[readonly string[], string]>([
  [['You are offline', 'Check your connection.'], 'You are offline. Check your connection.'],
  [['Ready!', '80 of 100'], 'Ready! 80 of 100.'],
  [['オフラインです', '接続をご確認ください。'], 'オフラインです。接続をご確認ください。'],
  [['结果已生成。', '照片良好'], '结果已生成。照片良好。'],
  [['أنت غير متصل', 'تحقق من اتصالك.'], 'أنت غير متصل. تحقق من اتصالك.'],
])('%j are sentences', (texts, joined) => {
  expect(sentences(...texts)).toBe(joined);
});
