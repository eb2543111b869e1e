import { parseArgs } from 'node:util';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { sharedData } from '../../test/support/shared-data.ts';

/** What the command was asked for; null where the scenario decides. */
export interface LoadOptions {
  readonly scenario: string;
  readonly sessions: number | null;
  readonly fps: number | null;
  readonly seconds: number | null;
  readonly threads: number;
  readonly edges: number;
  /** Where to connect; empty starts a cluster of its own. */
  readonly urls: readonly string[];
  readonly mix: boolean;
  readonly photographsFolder: string | null;
  readonly ramp: boolean;
  readonly findCapacity: boolean;
  readonly targetP99Ms: number;
  /** Frames a second that the node can do, where that is known. */
  readonly capacityFps: number | null;
  /** How the storm ends the edge. */
  readonly restart: 'terminate' | 'kill';
  readonly profile: boolean;
  readonly json: boolean;
  readonly outFolder: string | null;
}

export const USAGE = `npm run loadtest -- [--scenario steady|overload|storm|idle|captures|slow-readers|soak]
  [--sessions N] [--fps N] [--seconds N] [--threads N] [--edges N] [--url http://… (no cluster of its own)]
  [--mix] [--photographs DIR] [--ramp] [--find-capacity] [--target-p99 MS] [--capacity FPS]
  [--restart terminate|kill] [--profile] [--json] [--out DIR]`;

/** Throws usage. */
export function parseLoadOptions(args: readonly string[]): LoadOptions {
  const values = parsed(args);
  const photographs = values.photographs ?? sharedData('faces');
  if (values.mix && photographs === null) {
    process.stderr.write('no photographs (--photographs DIR): the mix has rendered faces only\n');
  }
  const restart = values.restart ?? 'terminate';
  if (restart !== 'terminate' && restart !== 'kill') throw wrong('--restart is terminate or kill');
  return {
    scenario: values.scenario ?? 'steady',
    sessions: count(values.sessions, '--sessions'),
    fps: positive(values.fps, '--fps'),
    seconds: positive(values.seconds, '--seconds'),
    threads: count(values.threads, '--threads') ?? 1,
    edges: count(values.edges, '--edges') ?? 1,
    urls: (values.url ?? []).map((url) => url.replace(/^ws/, 'http').replace(/\/$/, '')),
    mix: values.mix ?? false,
    photographsFolder: values.mix ? photographs : null,
    ramp: values.ramp ?? false,
    findCapacity: values['find-capacity'] ?? false,
    targetP99Ms: positive(values['target-p99'], '--target-p99') ?? 200,
    capacityFps: positive(values.capacity, '--capacity'),
    restart,
    profile: values.profile ?? false,
    json: values.json ?? false,
    outFolder: values.out ?? null,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string' },
        sessions: { type: 'string' },
        fps: { type: 'string' },
        seconds: { type: 'string' },
        threads: { type: 'string' },
        edges: { type: 'string' },
        url: { type: 'string', multiple: true },
        mix: { type: 'boolean' },
        photographs: { type: 'string' },
        ramp: { type: 'boolean' },
        'find-capacity': { type: 'boolean' },
        'target-p99': { type: 'string' },
        capacity: { type: 'string' },
        restart: { type: 'string' },
        profile: { type: 'boolean' },
        json: { type: 'boolean' },
        out: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    throw wrong(`${(cause as Error).message}\n${USAGE}`);
  }
}

function positive(text: string | undefined, option: string): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw wrong(`${option} is a number above 0`);
  return value;
}

function count(text: string | undefined, option: string): number | null {
  const value = positive(text, option);
  if (value !== null && !Number.isInteger(value)) throw wrong(`${option} is a whole number`);
  return value;
}

function wrong(message: string): FramegateError {
  return new FramegateError('usage', message);
}
