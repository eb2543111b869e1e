import type { Thresholds } from '../../src/protocol/checks.ts';
import { toFramegateError } from '../../src/protocol/framegate-error.ts';
import type { CameraPicture } from '../sdk/camera/camera.ts';
import { presenceCheck } from '../sdk/local/detector-presence-check.ts';
import { loadLocalDetector } from '../sdk/local/load-local-detector.ts';
import type { LocalDetector, LocalDetectorName } from '../sdk/local/local-detector.ts';
import { openLocalSession } from '../sdk/local/open-local-session.ts';
import { profileSubject } from '../sdk/profile-subject.ts';
import type { PresenceCheck } from '../sdk/pump/presence-check.ts';
import { createRemoteSession, type RemoteSessionOptions } from '../sdk/pump/remote-session.ts';
import type { OpenedSession } from './camera-controller-types.ts';

/** A body capture, as its creation over HTTP has told it. */
export type BodyCollect = NonNullable<RemoteSessionOptions<CameraPicture>['collect']>;

export interface SessionWish {
  /** None: where this script came from. */
  readonly urls: readonly string[];
  readonly profile: string;
  readonly thresholds: Thresholds | undefined;
  readonly collect: BodyCollect | undefined;
  readonly token: string | (() => Promise<string>) | undefined;
  readonly consent: { readonly store: boolean; readonly training: boolean };
  readonly locale: string;
  /** What the node is told of the camera: no label and no id, which may name a person's device. */
  readonly camera: string;
  readonly mode: 'remote' | 'local';
  readonly precheck: LocalDetectorName | 'auto' | 'off';
}

/** Somebody who waits for the first picture is soon told that nobody answers, and may try again. */
const CONNECT_ATTEMPTS = 2;

/**
 * A session with a node, or one on this device alone. Rejects with detector-unavailable where that has no detector: for a
 * reference card never.
 */
export async function openGuidedSession(
  wish: SessionWish,
  loaded: (percent: number) => void,
  signal: AbortSignal,
): Promise<OpenedSession> {
  const urls = wish.urls.length > 0 ? wish.urls : [new URL(import.meta.url).origin];
  const load = (onProgress?: (loadedBytes: number, totalBytes: number) => void): Promise<LocalDetector> =>
    loadLocalDetector({
      detector: wish.precheck === 'off' ? 'auto' : wish.precheck,
      profile: wish.profile,
      modelsUrl: urls[0]!,
      onProgress,
      signal,
    });
  return wish.mode === 'local'
    ? openLocal(wish, () => load((bytes, total) => loaded(percentOf(bytes, total))))
    : openRemote(wish, urls, signal, load);
}

async function openLocal(
  { profile, thresholds }: SessionWish,
  load: () => Promise<LocalDetector>,
): Promise<OpenedSession> {
  const detector = await load();
  try {
    const session = await openLocalSession({ detector, profile, thresholds });
    return { session, release: () => detector.close() };
  } catch (thrown) {
    detector.close();
    throw thrown;
  }
}

function openRemote(
  wish: SessionWish,
  urls: readonly string[],
  signal: AbortSignal,
  load: () => Promise<LocalDetector>,
): OpenedSession {
  const { profile, thresholds, collect, token, consent, locale, camera, precheck } = wish;
  // What finds bodies weighs more than the frames that it would spare, and cards are found by nodes only.
  const isChecked = precheck !== 'off' && profileSubject(profile) === 'face';
  let detector: LocalDetector | null = null;
  let check: PresenceCheck<CameraPicture> | null = null;
  const session = createRemoteSession<CameraPicture>({
    urls,
    // The node knows its profiles; what it does not know it refuses.
    profile: profile as RemoteSessionOptions<CameraPicture>['profile'],
    thresholds,
    collect,
    token,
    consent,
    locale,
    connectAttempts: Math.max(CONNECT_ATTEMPTS, urls.length),
    client: {
      sdk: 'framegate-camera',
      camera,
      screen: `${screen.width}x${screen.height}@${devicePixelRatio}`,
    },
    presence: isChecked ? { look: (picture) => check?.look(picture) ?? null } : undefined,
  });

  async function startCheck(): Promise<void> {
    const found = await load();
    if (signal.aborted) {
      found.close();
      return;
    }
    detector = found;
    check = presenceCheck(found);
  }

  return {
    session,
    // Not before: nothing may come in the way of the first guidance. Without the check it works as well.
    afterFirstFeedback(report) {
      if (!isChecked) return;
      startCheck().catch((thrown: unknown) => {
        if (!signal.aborted) report(toFramegateError(thrown, 'detector-unavailable'));
      });
    },
    release: () => detector?.close(),
  };
}

function percentOf(bytes: number, total: number): number {
  return total > 0 ? Math.min(100, Math.round((100 * bytes) / total)) : 0;
}
