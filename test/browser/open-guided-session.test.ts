import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openGuidedSession, type SessionWish } from '../../client/component/open-guided-session.ts';
import { loadLocalDetector } from '../../client/sdk/local/load-local-detector.ts';

/** Of what runs beside a browser: no browser is needed. */

vi.mock(import('../../client/sdk/local/load-local-detector.ts'), async (original) => {
  const { loadLocalDetector: own } = await original();
  return { loadLocalDetector: vi.fn(own) };
});

const WISH: SessionWish = {
  urls: ['http://nobody.invalid'],
  profile: 'face-skin',
  thresholds: undefined,
  collect: undefined,
  token: undefined,
  consent: { store: false, training: false },
  locale: 'en',
  camera: '',
  mode: 'remote',
  precheck: 'auto',
};

const open = (wish: Partial<SessionWish>) =>
  openGuidedSession({ ...WISH, ...wish }, () => {}, new AbortController().signal);
const asked = vi.mocked(loadLocalDetector);

beforeEach(() => {
  vi.stubGlobal('screen', { width: 390, height: 844 });
  vi.stubGlobal('devicePixelRatio', 2);
  asked.mockClear();
});
afterEach(() => void vi.unstubAllGlobals());

describe('the pre-check of a session with a node', () => {
  test.each(['face-skin', 'face-contour:strict', 'portrait', 'one-of-the-node'])(
    'of %s looks for a face',
    async (profile) => {
      asked.mockReturnValueOnce(new Promise(() => {}));
      const { afterFirstFeedback } = await open({ profile });
      afterFirstFeedback?.(() => {});
      expect(asked).toHaveBeenCalledWith(expect.objectContaining({ profile, detector: 'auto' }));
    },
  );

  test.each(['body-front', 'body-side:strict', 'reference-card'])('of %s there is none', async (profile) => {
    const { afterFirstFeedback } = await open({ profile });
    afterFirstFeedback?.(() => {});
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('a session on the device', () => {
  test('loads what its profile is guided with', async () => {
    asked.mockRejectedValueOnce(new Error('enough'));
    await expect(open({ mode: 'local', profile: 'body-front', precheck: 'off' })).rejects.toThrow('enough');
    expect(asked).toHaveBeenCalledWith(expect.objectContaining({ profile: 'body-front', detector: 'auto' }));
  });

  test('is refused for a reference card', async () => {
    await expect(open({ mode: 'local', profile: 'reference-card' })).rejects.toMatchObject({
      code: 'detector-unavailable',
      retryable: false,
    });
  });
});
