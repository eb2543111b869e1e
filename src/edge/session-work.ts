import { createHash } from 'node:crypto';
import { FramegateError } from '../protocol/framegate-error.ts';
import { MAX_FRAME_PIXELS } from '../protocol/limits.ts';
import { withoutMetadata } from '../vision/without-metadata.ts';
import type { ConnectionContext } from './ports.ts';
import type { AnalysisOrder, Effect } from './session/effects.ts';
import type { SessionEvent } from './session/events.ts';
import { failureOf } from './session/turn.ts';
import type { SessionHostDeps } from './session-host-deps.ts';

type Order<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

/** The effects that take time. Each resolves with the event that it leads to, and never rejects. */

export async function authenticate(
  { token: helloToken, profile }: Order<'authenticate'>,
  { authenticator, ids }: Pick<SessionHostDeps, 'authenticator' | 'ids'>,
  context: ConnectionContext,
): Promise<SessionEvent> {
  const token = helloToken ?? context.token;
  try {
    const isAnonymous = token === undefined && context.anonymous;
    const { subject, expiresAtMs } = isAnonymous
      ? { subject: null, expiresAtMs: null }
      : await authenticator.verify(token, profile);
    return {
      type: 'authenticated',
      subject,
      expiresAtMs,
      sessionId: ids.sessionId(),
      resumeToken: ids.resumeToken(),
    };
  } catch (error) {
    return { type: 'auth-failed', failure: failureOf(error) };
  }
}

export async function claim(
  { sessionId, resumeToken, subject }: Order<'claim'>,
  { resume, settings }: Pick<SessionHostDeps, 'resume' | 'settings'>,
  yieldSession: (claim: { sessionId: string; tokenHash: string; subject: string | null }) => Promise<void>,
): Promise<SessionEvent> {
  const tokenHash = hashToken(resumeToken);
  try {
    await yieldSession({ sessionId, tokenHash, subject });
    const found = await resume.claim(
      { sessionId, tokenHash, subject, node: settings.node },
      settings.timing.resumeWindowMs,
    );
    if (found !== null) return { type: 'claimed', ...found };
    const message = 'the session is unknown, expired or not yours';
    return { type: 'claim-failed', failure: { code: 'resume-failed', message, retryable: false } };
  } catch (error) {
    return { type: 'claim-failed', failure: failureOf(error, 'state-unavailable') };
  }
}

type Analysing = Pick<SessionHostDeps, 'analyser' | 'settings'>;

export async function analyseFrame(
  { seq, job }: Order<'analyse-frame'>,
  deps: Analysing,
): Promise<SessionEvent> {
  try {
    refuseAbove(MAX_FRAME_PIXELS, job);
    return { type: 'frame-analysed', seq, result: await deps.analyser.analyse(copied(job)) };
  } catch (error) {
    return { type: 'frame-failed', seq, failure: failureOf(error) };
  }
}

export async function analyseStill(
  { captureId, job }: Order<'analyse-still'>,
  deps: Analysing,
): Promise<SessionEvent> {
  try {
    refuseAbove(deps.settings.maxStillEdgePx ** 2, job);
    return { type: 'still-analysed', captureId, result: await deps.analyser.analyse(copied(job)) };
  } catch (error) {
    return { type: 'still-failed', captureId, failure: failureOf(error) };
  }
}

/**
 * A few hundred bytes may decode to hundreds of megabytes, and hold a slot for seconds that others wait for. The
 * analyser holds the image to the declared size before it decodes it.
 */
function refuseAbove(maxPixels: number, { declared }: AnalysisOrder): void {
  if (declared.width * declared.height > maxPixels) {
    throw new FramegateError('image-too-large', `the image has more than ${maxPixels} pixels`);
  }
}

/** The analyser may transfer what it is given, and the session may need these bytes for the capture. */
function copied(job: AnalysisOrder) {
  return { ...job, data: new Uint8Array(job.data) };
}

export async function publish(
  { draft, data }: Order<'publish'>,
  { publisher, sha256 = sha256OnAnotherThread }: Pick<SessionHostDeps, 'publisher' | 'sha256'>,
): Promise<SessionEvent> {
  const { captureId } = draft;
  try {
    // Where and with what it was taken is nobody's business behind this point.
    const image = withoutMetadata(data);
    const record = { ...draft, imageBytes: image.length, imageSha256: await sha256(image) };
    const ack = await publisher.publish(record, image);
    return { type: 'publish-acked', captureId, ack };
  } catch (error) {
    return { type: 'publish-failed', captureId, failure: failureOf(error) };
  }
}

async function sha256OnAnotherThread(data: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', data.slice())).toString('hex');
}

export function hashToken(resumeToken: string): string {
  return createHash('sha256').update(resumeToken).digest('hex');
}
