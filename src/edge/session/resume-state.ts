import { z } from 'zod';
import { helloSchema } from '../../protocol/messages.ts';
import { captureRecordSchema, consentSchema, thresholdsSchema } from '../../protocol/records.ts';
import type { CoachMemory } from './coach-port.ts';
import type { Acknowledged, CaptureOrder, Live } from './state.ts';

const count = z.number().int().nonnegative();
const seq = z.number().int().positive();

const resumeStateSchema = z.object({
  version: z.literal(1),
  selector: z.string(),
  overrides: thresholdsSchema.optional(),
  consent: consentSchema,
  locale: z.string(),
  client: helloSchema.shape.client,
  collect: captureRecordSchema.shape.collect,
  startedAtMs: z.number(),
  lastSeq: count,
  /** What a frame is told that is not judged. */
  lastDwell: z.number().min(0).max(1).default(0),
  coachMemory: z.unknown(),
  armedAtMs: z.number(),
  /** A capture that was under way. Its image is gone, its id is not. */
  order: z
    .object({ captureId: z.string(), trigger: z.enum(['auto', 'manual']), seq, capturedAtMs: z.number() })
    .nullable(),
  captured: z.object({ captureId: z.string(), stream: z.string(), streamSeq: seq }).nullable(),
  captureIds: z.array(z.string()),
  delivered: z.array(z.string()),
  frames: count,
  captures: count,
});

/** What outlives a connection: JSON, without pixels and without the resume token. */
export interface ResumeState extends z.infer<typeof resumeStateSchema> {
  readonly coachMemory: CoachMemory;
  readonly order: CaptureOrder | null;
  readonly captured: Acknowledged | null;
}

export function resumeStateOf(live: Live): ResumeState {
  const { facts, capture } = live;
  return {
    version: 1,
    selector: facts.selector,
    ...(facts.overrides === undefined ? {} : { overrides: facts.overrides }),
    consent: facts.consent,
    locale: facts.locale,
    client: facts.client,
    ...(facts.collect === undefined ? {} : { collect: facts.collect }),
    startedAtMs: facts.startedAtMs,
    lastSeq: live.frames.lastSeq,
    lastDwell: live.frames.lastDwell,
    coachMemory: live.coachMemory,
    armedAtMs: capture.phase === 'ready' ? capture.armedAtMs : 0,
    order: capture.phase === 'ready' ? null : capture.order,
    captured: live.captured,
    captureIds: [...live.results.captureIds],
    delivered: [...live.results.delivered],
    frames: live.counts.frames,
    captures: live.counts.captures,
  };
}

/** null for what is no state of this version: such a session cannot be resumed. */
export function parseResumeState(stored: unknown): ResumeState | null {
  const parsed = resumeStateSchema.safeParse(stored);
  return parsed.success ? { ...parsed.data, coachMemory: parsed.data.coachMemory } : null;
}
