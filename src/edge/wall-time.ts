import type { Authenticator, CapturePublisher, Clock, EventLog, FrameLog } from './ports.ts';

/**
 * Sessions live by a clock that never jumps: a dwell, a timeout and a pace must not change because somebody sets the
 * machine's time. Tokens and records are of the wall clock: a node that was started with a wrong time has to write right
 * ones as soon as it is mended. Here is the border between the two.
 */
export interface WallTime {
  toWall(atMs: number): number;
  fromWall(wallMs: number): number;
}

export function createWallTime(clock: Pick<Clock, 'nowMs'>, wallMs: () => number = Date.now): WallTime {
  const aheadMs = () => wallMs() - clock.nowMs();
  return {
    toWall: (atMs) => Math.max(0, Math.round(atMs + aheadMs())),
    fromWall: (atMs) => atMs - aheadMs(),
  };
}

/** What a session deals with outside of itself and that has times in it. */
export interface TimedPorts {
  readonly authenticator: Authenticator;
  readonly publisher: CapturePublisher;
  readonly frameLog: FrameLog;
  readonly eventLog: EventLog;
}

/** The same ports for sessions on their own clock. A client's times pass as they are. */
export function onWallTime(ports: TimedPorts, { toWall, fromWall }: WallTime): TimedPorts {
  return {
    authenticator: {
      async verify(token, profile) {
        const identity = await ports.authenticator.verify(token, profile);
        const { expiresAtMs } = identity;
        return { ...identity, expiresAtMs: expiresAtMs === null ? null : fromWall(expiresAtMs) };
      },
    },
    publisher: {
      publish: (record, data) =>
        ports.publisher.publish({ ...record, acceptedAtMs: toWall(record.acceptedAtMs) }, data),
    },
    frameLog: {
      record: (record) => ports.frameLog.record({ ...record, receivedAtMs: toWall(record.receivedAtMs) }),
    },
    eventLog: {
      record(record) {
        const { startedAtMs } = record.details;
        const details =
          typeof startedAtMs === 'number'
            ? { ...record.details, startedAtMs: toWall(startedAtMs) }
            : record.details;
        ports.eventLog.record({ ...record, details, atMs: toWall(record.atMs) });
      },
    },
  };
}
