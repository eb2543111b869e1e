import type { CameraPicture } from '../../../client/sdk/camera/camera.ts';
import { loadLocalDetector, openLocalSession } from '../../../client/sdk/index.ts';
import type { LocalDetectorName } from '../../../client/sdk/local/local-detector.ts';

/** Guides a person who is a list of rendered pictures, by a clock that runs as they were rendered. */
export interface SessionPicture {
  readonly url: string;
  readonly stillUrl: string;
  readonly timeMs: number;
}

export interface SessionTold {
  readonly hints: readonly (string | null)[];
  readonly verdicts: readonly string[];
  /** The events of captures, in order. */
  readonly steps: readonly string[];
  readonly captured: { width: number; height: number; bytes: number; receipt: unknown } | null;
  readonly liveCheck: Record<string, unknown> | null;
  readonly openPictures: number;
}

declare global {
  interface Window {
    localSession: {
      load(detector: LocalDetectorName, profile?: string): Promise<string>;
      guide(pictures: readonly SessionPicture[], profile: string): Promise<SessionTold>;
    };
  }
}

let detector: Awaited<ReturnType<typeof loadLocalDetector>>;

const blobAt = async (url: string): Promise<Blob> => (await fetch(url)).blob();

window.localSession = {
  async load(name, profile = 'face-skin') {
    detector = await loadLocalDetector({ detector: name, profile, modelsUrl: location.origin });
    return detector.name;
  },
  async guide(pictures, profile) {
    let nowMs = 0;
    let openPictures = 0;
    const session = await openLocalSession({ detector, profile, now: () => nowMs });
    const hints: (string | null)[] = [];
    const verdicts: string[] = [];
    const steps: string[] = [];
    let captured: SessionTold['captured'] = null;
    let liveCheck: SessionTold['liveCheck'] = null;
    session.on('hint', (hint) => hints.push(hint?.code ?? null));
    session.on('captureRequest', () => steps.push('captureRequest'));
    session.on('rejected', () => steps.push('rejected'));
    session.on('error', ({ code, message }) => steps.push(`error ${code}: ${message}`));
    session.on('captured', ({ still, receipt }) => {
      steps.push('captured');
      if (still) captured = { width: still.width, height: still.height, bytes: still.data.length, receipt };
    });
    session.on('result', ({ kind, result }) => {
      steps.push(`result ${kind}`);
      liveCheck = result;
    });
    await session.connect();
    for (const { url, stillUrl, timeMs } of pictures) {
      nowMs = timeMs;
      const blob = await blobAt(url);
      openPictures += 1;
      const answered = new Promise<void>((resolve) => {
        const off = session.on('feedback', ({ verdict }) => {
          off();
          verdicts.push(verdict);
          resolve();
        });
      });
      session.offer(pictureOf(blob, stillUrl, timeMs, () => (openPictures -= 1)));
      await answered;
      nowMs += 100;
      await until(session.wantsPicture);
    }
    session.close();
    return { hints, verdicts, steps, captured, liveCheck, openPictures };
  },
};

function pictureOf(blob: Blob, stillUrl: string, timeMs: number, closed: () => void): CameraPicture {
  return {
    width: 512,
    height: 384,
    capturedAtMs: timeMs,
    bitmap: () => createImageBitmap(blob),
    frame: () => Promise.reject(new Error('nothing is sent')),
    async still() {
      const still = await blobAt(stillUrl);
      const { width, height } = await createImageBitmap(still);
      return { data: new Uint8Array(await still.arrayBuffer()), width, height, format: 'jpeg' };
    },
    close: closed,
  };
}

/** The session looks or takes its capture; no event says that it is done with a picture. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve));
}
