import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coveredHeight, fitPreview } from '../../client/component/fit-preview.ts';
import { formatValue } from '../../client/component/format-value.ts';
import { hintCue } from '../../client/component/hint-cues.ts';
import { messageOf } from '../../client/component/message-of.ts';
import { INITIAL_VIEW_STATE, type ViewState } from '../../client/component/view-state.ts';
import { messages } from '../../client/locales/en/component.ts';
import { HINT_CODES, type HintCode } from '../../src/protocol/hint-codes.ts';

const BAND = { min: 0.36, max: 0.8 };
const sizes = fc.record({
  width: fc.integer({ min: 240, max: 3000 }),
  height: fc.integer({ min: 200, max: 2000 }),
});
const videos = fc.constantFrom(
  { width: 1280, height: 720 },
  { width: 720, height: 1280 },
  { width: 640, height: 480 },
  { width: 480, height: 640 },
);

describe('where the preview and its guide stand', () => {
  test('keeps the aspect, is centred on the middle of the frame, and the oval is in view', () => {
    fc.assert(
      fc.property(sizes, videos, (container, video) => {
        const { video: shown, guide } = fitPreview(container, video, BAND);
        expect(shown.width / shown.height).toBeCloseTo(video.width / video.height, 6);
        expect(shown.left + shown.width / 2).toBeCloseTo(guide.x, 6);
        expect(shown.top + shown.height / 2).toBeCloseTo(guide.y, 6);
        expect(guide.rx).toBeLessThanOrEqual(container.width * 0.43);
        expect(guide.ry).toBeLessThanOrEqual(container.height / 2);
      }),
    );
  });

  test('a face that fills the oval has a ratio within the band', () => {
    fc.assert(
      fc.property(sizes, videos, (container, video) => {
        const { video: shown, guide } = fitPreview(container, video, BAND);
        const height = (2 * guide.ry) / 1.14;
        const ratio = video.width < video.height ? (height * 0.78) / shown.width : height / shown.height;
        expect(ratio).toBeLessThanOrEqual(BAND.max);
        // Only a container that is far longer than the frame leaves less: there all of the frame is in view.
        const isWhole = shown.width <= container.width + 1 && shown.height <= container.height + 1;
        if (!isWhole) expect(ratio).toBeGreaterThanOrEqual(BAND.min);
      }),
    );
  });

  test('covers a phone with the picture of a phone', () => {
    const { video } = fitPreview({ width: 390, height: 844 }, { width: 720, height: 1280 }, BAND);
    expect(video.width).toBeGreaterThanOrEqual(390);
    expect(video.height).toBeGreaterThanOrEqual(844);
  });

  test('gives way to open measures, but not to those beside it', () => {
    expect(coveredHeight({ width: 390, height: 844 }, true)).toBeGreaterThan(200);
    expect(coveredHeight({ width: 390, height: 844 }, false)).toBe(0);
    expect(coveredHeight({ width: 1440, height: 900 }, true)).toBe(0);
  });
});

describe('the cue of a hint', () => {
  test.each(['move', 'turn', 'tilt'] as const)(
    'to %s to one’s left points to the left of a mirror',
    (what) => {
      const side = (code: string, mirrored: boolean) => hintCue(code as HintCode, mirrored).side;
      expect(side(`${what}-left`, true)).toMatch(/left$/);
      expect(side(`${what}-right`, true)).toMatch(/right$/);
      expect(side(`${what}-left`, false)).toBe(side(`${what}-right`, true));
      expect(side(`${what}-right`, false)).toBe(side(`${what}-left`, true));
    },
  );

  test('up and down are the same in both previews', () => {
    for (const code of ['move-up', 'move-down', 'chin-up', 'chin-down'] as const)
      expect(hintCue(code, false)).toEqual(hintCue(code, true));
  });

  test('every hint has one', () => {
    for (const code of Object.keys(HINT_CODES) as HintCode[])
      expect(hintCue(code, true).icon).toEqual(expect.any(String));
  });
});

describe('what the screen tells', () => {
  const live = (changes: Partial<Extract<ViewState['screen'], { name: 'live' }>>): ViewState => ({
    ...INITIAL_VIEW_STATE,
    screen: { name: 'live', hint: null, dwell: 0, tone: 'neutral', ...changes },
  });

  test('is one thing at a time: the hint, or to hold still while the dwell fills, or nothing', () => {
    expect(messageOf(live({ hint: { code: 'chin-up' }, dwell: 0.2 }), messages)?.text).toBe(
      HINT_CODES['chin-up'],
    );
    expect(messageOf(live({ dwell: 0.2 }), messages)?.text).toBe(messages.status.holdStill);
    expect(messageOf(live({}), messages)).toBeNull();
  });

  test('while the connection is mended it is only that', () => {
    const state = { ...live({ hint: { code: 'chin-up' } }), reconnecting: { code: null } };
    expect(messageOf(state, messages)?.text).toBe(messages.status.reconnecting);
    expect(messageOf({ ...state, reconnecting: { code: 'device-offline' } }, messages)?.text).toBe(
      messages.failures['device-offline'].title,
    );
  });

  test('a result is told with its score and what that means', () => {
    const result = {
      type: 'result' as const,
      captureId: 'a',
      kind: 'face-quality',
      status: 'done' as const,
      result: { overallScore: 86.4, verdict: 'pass' },
    };
    const capture = { captureId: 'a', still: null, receipt: { stream: 'C', streamSeq: 1 } };
    const screen = { name: 'result' as const, capture, result, failure: null };
    expect(messageOf({ ...INITIAL_VIEW_STATE, screen }, messages)?.text).toBe(
      'Your result is ready. 86 of 100. A good picture.',
    );
  });
});

test.each([
  ['deg', -2.4, '-2°'],
  ['deg', -0.4, '0°'],
  ['ratio', 0.416, '42%'],
  ['stops', 0.34, '+0.3'],
  ['px', 87.2, '87 px'],
  ['faces', 1, '1'],
])('a value in %s is written for people', (unit, value, text) => {
  expect(formatValue({ id: 'yaw', value, unit, score: 1, status: 'pass' }, 'en')).toBe(text);
});
