import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { exitCodeOf, untilSignal } from '../../src/cli/run-until-signal.ts';

function scripted() {
  const source = new EventEmitter();
  const written: string[] = [];
  const exits: number[] = [];
  let nowMs = 0;
  const signalled = untilSignal({
    source,
    write: (text) => written.push(text),
    nowMs: () => nowMs,
    exit: (exitCode) => exits.push(exitCode),
  });
  const at = (timeMs: number, signal: string) => {
    nowMs = timeMs;
    source.emit(signal);
  };
  return { signalled, written, exits, at };
}

describe('untilSignal', () => {
  test('a Ctrl-C that npm and the terminal both send is one wish', async () => {
    const { signalled, written, exits, at } = scripted();
    at(5, 'SIGINT');
    at(6, 'SIGINT');
    at(900, 'SIGTERM');
    expect(await signalled).toBe('SIGINT');
    expect(exits).toEqual([]);
    expect(written).toEqual(['SIGINT: finishing what is in hand; once more ends at once\n']);
  });

  test('a second one later ends at once', () => {
    const { exits, at } = scripted();
    at(0, 'SIGINT');
    at(1500, 'SIGINT');
    expect(exits).toEqual([130]);
  });

  test('the end of whoever started it is a wish to end, but no impatience', async () => {
    const { signalled, exits, at } = scripted();
    at(0, 'disconnect');
    at(5000, 'disconnect');
    expect(await signalled).toBe('disconnect');
    expect(exits).toEqual([]);
  });

  test('exit codes are those that shells give', () => {
    expect([exitCodeOf('SIGINT'), exitCodeOf('SIGTERM'), exitCodeOf('SIGHUP')]).toEqual([130, 143, 129]);
  });
});
