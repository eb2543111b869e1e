import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import { toFramegateError } from '../protocol/framegate-error.ts';
import type { ResultRecord } from '../protocol/records.ts';
import type { Bus } from './create-bus.ts';
import { jetStreamCode, natsError } from './nats-errors.ts';
import { pause } from './pause.ts';
import { type Publication, publishWithAck } from './publish-with-ack.ts';
import { type StoredResult, storedResults } from './stored-results.ts';
import { resultSubject } from './subjects.ts';
import type { PublishAck, ResultPublisher } from './types.ts';

const WRONG_LAST_SEQUENCE = 10071;
const RACE_TRIES = 10;
const AWAY_PAUSES_MS = [250, 500, 1000, 2000, 5000] as const;

/**
 * RESULTS holds one message per capture and kind, also when a capture is delivered again long after the stream's
 * duplicate window: before publishing, the subject (one kind, one session: a handful of messages) is searched for
 * the message id, and the publication demands that the subject has not moved since. Of two workers that race, one is
 * refused, looks again and finds the other's result. A search alone would leave a gap between look and publish, and
 * a longer duplicate window would cost the server memory for every message in it.
 */
export function createResultPublisher(bus: Bus): ResultPublisher {
  async function look(sessionId: string, captureId: string, kind: string) {
    const stored = await storedResults(bus.nats.manager, resultSubject(kind, sessionId));
    const messageId = resultMessageId(captureId, kind);
    return {
      found: stored.find((result: StoredResult) => result.messageId === messageId) ?? null,
      lastSeq: stored.at(-1)?.streamSeq ?? 0,
    };
  }

  async function publishOnce(result: ResultRecord): Promise<PublishAck> {
    const { sessionId, captureId, kind } = result;
    const publication = publicationOf(result);
    for (let tried = 1; ; tried++) {
      const { found, lastSeq } = await look(sessionId, captureId, kind);
      if (found !== null) return { stream: 'RESULTS', streamSeq: found.streamSeq, duplicate: true };
      try {
        return await publishWithAck(bus, { ...publication, expectedLastSubjectSeq: lastSeq });
      } catch (thrown) {
        const overtaken = thrown instanceof Error && jetStreamCode(thrown.cause) === WRONG_LAST_SEQUENCE;
        if (!overtaken || tried === RACE_TRIES) throw natsError(thrown, 'publishing a result');
      }
    }
  }

  return {
    publish: async (result, signal) => {
      // Of a job's first attempt there can be none yet, and its caller's session may have thousands to search through.
      // One that is lost may have been published by a worker that died of it.
      const isLost = result.error?.code === 'job-lost';
      const isNew = result.profile === 'upload' && result.attempt === 1 && !isLost;
      for (let attempt = 1; ; attempt++) {
        try {
          if (isNew && attempt === 1) return await publishWithAck(bus, publicationOf(result));
          return await publishOnce(result);
        } catch (thrown) {
          const isAway = toFramegateError(thrown).code === 'bus-unavailable';
          if (!isAway || signal === undefined || signal.aborted) throw thrown;
          await pause(AWAY_PAUSES_MS[Math.min(attempt, AWAY_PAUSES_MS.length) - 1] ?? 5000, signal);
        }
      }
    },
    has: async ({ sessionId, captureId, kind }) => (await look(sessionId, captureId, kind)).found !== null,
  };
}

function publicationOf(result: ResultRecord): Publication {
  const { sessionId, captureId, kind } = result;
  return {
    stream: 'RESULTS',
    subject: resultSubject(kind, sessionId),
    messageId: resultMessageId(captureId, kind),
    data: JSON.stringify(result),
    headers: { [BUS_HEADERS.contentType]: 'application/json' },
  };
}

export function resultMessageId(captureId: string, kind: string): string {
  return `${captureId}.${kind}`;
}
