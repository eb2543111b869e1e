import { createHash } from 'node:crypto';
import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { type CaptureRecord, captureRecordSchema, type ResultRecord } from '../protocol/records.ts';
import { resultKindsOfProfile } from '../protocol/result-kinds.ts';
import type {
  Analysis,
  Analyzer,
  CaptureContext,
  CaptureMessage,
  CaptureSource,
  ResultSink,
} from './types.ts';

export interface AnalysisWorkerDeps {
  readonly analyzer: Analyzer;
  /** Deliveries of the analyzer's own durable consumer. */
  readonly captures: CaptureSource;
  readonly results: ResultSink;
  /** Captures in work at once; more than the analyzer has threads only adds waiting. */
  readonly concurrency: number;
  /** The version in package.json. */
  readonly codeVersion: string;
  readonly clock: { nowMs(): number };
  /** A result that RESULTS now holds. */
  readonly onResult?: (result: ResultRecord) => void;
  /** A try that will be made again. */
  readonly onRetry?: (capture: CaptureRecord, error: FramegateError) => void;
}

export interface AnalysisWorker {
  start(): Promise<void>;
  /** Finishes the captures in hand; the rest goes to other workers. The analyzer stays open. */
  stop(): Promise<void>;
}

/** A capture that was put back so often is not put back again: whoever waits is told now. */
const LAST_PUT_BACK = 3;

/**
 * Turns captures into results. A capture is acknowledged once RESULTS holds its result, so a worker that dies costs a
 * second analysis and nothing else. What fails for good (a damaged image, no face) is a result too, with the status
 * `failed`: the person who waits is told. What may go better next time is tried again, and at the last delivery is
 * both a failed result and a dead letter.
 */
export function createAnalysisWorker(deps: AnalysisWorkerDeps): AnalysisWorker {
  const { analyzer, results } = deps;
  let consumption: Promise<{ stop(): Promise<void> }> | null = null;

  async function handle(
    message: CaptureMessage,
    context: CaptureContext,
  ): Promise<{ abandon: string } | undefined> {
    const capture = readCapture(message);
    if (capture === null) return { abandon: 'the header has no valid capture record' };
    const { sessionId, captureId } = capture;
    // The durable consumer's filter may be wider than the kind's profiles.
    if (!resultKindsOfProfile(capture.profile).includes(analyzer.kind)) return undefined;
    // The worker before may have died, or its ack been lost, after the result was published; a capture that was put
    // back may lack another analyzer's result.
    const putBack = Number(message.headers.get(BUS_HEADERS.again) ?? 0);
    const mayBeDone = message.deliveryCount > 1 || putBack > 0;
    if (mayBeDone && (await results.has({ sessionId, captureId, kind: analyzer.kind }))) return undefined;
    const startedMs = performance.now();
    const finish = async (outcome: Analysis | FramegateError): Promise<void> => {
      const result = resultOf(capture, message.deliveryCount, performance.now() - startedMs, outcome);
      await results.publish(result, context.signal);
      deps.onResult?.(result);
    };
    try {
      await finish(await analyse(capture, copyOf(message.data), context.signal));
      return undefined;
    } catch (thrown) {
      const error = toFramegateError(thrown);
      // A result that could not be published cannot be replaced by another one.
      const busAway = error.code === 'bus-unavailable';
      const isLast = context.lastDelivery || putBack >= LAST_PUT_BACK;
      if (context.signal.aborted || busAway || (error.retryable && !isLast)) {
        deps.onRetry?.(capture, error);
        throw error;
      }
      await finish(error);
      return error.retryable ? { abandon: `${error.code}: ${error.message}` } : undefined;
    }
  }

  async function analyse(
    capture: CaptureRecord,
    image: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<Analysis> {
    if (createHash('sha256').update(image).digest('hex') !== capture.imageSha256) {
      throw new FramegateError('image-corrupt', 'the image is not the one that was captured');
    }
    return analyzer.analyse(capture, image, signal);
  }

  function resultOf(
    capture: CaptureRecord,
    attempt: number,
    durationMs: number,
    outcome: Analysis | FramegateError,
  ): ResultRecord {
    const { captureId, sessionId, profile, seq, imageSha256, thresholds } = capture;
    const failed = outcome instanceof FramegateError;
    return {
      captureId,
      sessionId,
      kind: analyzer.kind,
      status: failed ? 'failed' : 'done',
      profile,
      finishedAtMs: deps.clock.nowMs(),
      durationMs,
      attempt,
      measurements: failed ? [] : [...outcome.measurements],
      result: failed ? null : outcome.result,
      error: failed ? { code: outcome.code, message: outcome.message } : null,
      provenance: {
        analyzer: analyzer.kind,
        analyzerVersion: analyzer.version,
        codeVersion: deps.codeVersion,
        models: [...((failed ? undefined : outcome.models) ?? analyzer.models)],
        thresholds,
        sessionId,
        captureId,
        seq,
        imageSha256,
      },
    };
  }

  return {
    start: async () => {
      consumption ??= deps.captures.consume(deps.concurrency, handle);
      await consumption;
    },
    stop: async () => {
      // What could not be begun has nothing to stop.
      const running = await consumption?.catch(() => null);
      await running?.stop();
    },
  };
}

function readCapture(message: CaptureMessage): CaptureRecord | null {
  try {
    return captureRecordSchema.parse(JSON.parse(message.headers.get(BUS_HEADERS.capture) ?? ''));
  } catch {
    return null;
  }
}

/**
 * The image goes to a thread together with its memory. A Buffer's own slice() would be a view, and the memory the
 * connection's read buffer: every later message would be lost with it.
 */
function copyOf(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data);
}
