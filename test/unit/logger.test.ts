import { describe, expect, it } from 'vitest';
import { createLogger, type LoggerOptions } from '../../src/observability/logger.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

function captured(options: Partial<LoggerOptions> = {}) {
  let text = '';
  const write = (line: string) => {
    text += line;
  };
  const logger = createLogger({ level: 'info', format: 'json', node: 'n1', output: { write }, ...options });
  const lines = () => text.split('\n').filter((line) => line !== '');
  return {
    logger,
    lines,
    text: () => text,
    only: () => JSON.parse(lines()[0] as string) as Record<string, unknown>,
  };
}

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';

describe('a log line', () => {
  it('is one JSON object with level, time, node, message and fields', () => {
    const { logger, only } = captured();
    logger.child({ sessionId: 's1' }).info({ frames: 3 }, 'session ended');
    expect(only()).toMatchObject({
      level: 'info',
      node: 'n1',
      sessionId: 's1',
      frames: 3,
      msg: 'session ended',
    });
    expect(Date.parse(only().time as string)).toBeGreaterThan(0);
  });

  it('below the level is not written', () => {
    const { logger, lines } = captured({ level: 'warn' });
    logger.info({}, 'a');
    logger.warn({}, 'b');
    expect(lines()).toHaveLength(1);
  });

  it.each([
    ['a token', { token: jwt }],
    ['a token deep inside', { a: { b: [{ resumeToken: 'hunter2' }] } }],
    ['a token in a text', { reason: `refused ${jwt} of ann` }],
    ['a password', { clickhousePassword: 'hunter2' }],
    ['a header', { headers: { authorization: 'Bearer hunter2' } }],
    ['credentials in a URL', { url: 'nats://ann:hunter2@host:4222' }],
    ['pixels', { data: Buffer.from('hunter2') }],
    ['pixels under another name', { picture: new Uint8Array([104, 117]) }],
    ['landmarks', { landmarks: [[0.125, 0.25]] }],
    ['landmarks under another name', { points: Array.from({ length: 468 }, () => 0.125) }],
    [
      'secrets of an error',
      { err: new FramegateError('internal', `no ${jwt}`, { details: { token: 'hunter2' } }) },
    ],
    ['secrets of its cause', { err: new Error('x', { cause: new Error('redis://:hunter2@r') }) }],
  ])('never has %s', (_what, fields) => {
    const { logger, text } = captured();
    logger.info(fields, 'message');
    expect(text()).not.toMatch(/hunter2|eyJ|0\.125|\b104\b/);
    expect(text()).toContain('message');
  });

  it('tells of an error its code, details, stack and causes', () => {
    const { logger, only } = captured();
    const error = new FramegateError('bus-unavailable', 'NATS is away', {
      retryable: true,
      details: { stream: 'CAPTURES' },
      cause: new Error('refused'),
    });
    logger.error({ err: error }, 'publishing failed');
    expect(only().err).toMatchObject({
      code: 'bus-unavailable',
      retryable: true,
      details: { stream: 'CAPTURES' },
      cause: { message: 'refused' },
      stack: expect.stringContaining('logger.test.ts'),
    });
  });

  it('survives a cyclic field and a BigInt', () => {
    const { logger, only } = captured();
    const cyclic: Record<string, unknown> = { size: 10n };
    cyclic.self = cyclic;
    logger.info({ cyclic }, 'odd');
    expect(only()).toMatchObject({ msg: 'odd', cyclic: { size: '10' } });
  });

  it('for people is short, and has the stack of what is severe', () => {
    const { logger, text } = captured({ format: 'lines' });
    logger.info({ port: 8080 }, 'listening');
    logger.error({ err: new FramegateError('internal', 'broken') }, 'stopped');
    const [first, second, third] = text().split('\n');
    expect(first).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}listening port=8080$/);
    expect(second).toMatch(/ERROR stopped internal: broken$/);
    expect(third).toMatch(/^\s+at /);
  });

  it('is for people by itself on a terminal only', () => {
    let text = '';
    const output = { isTTY: true, write: (line: string) => (text += line) };
    createLogger({ level: 'info', format: 'auto', node: 'n1', output }).info({}, 'hello');
    expect(text).not.toContain('{');
    expect(captured({ format: 'auto' }).lines()).toEqual([]);
    const piped = captured({ format: 'auto' });
    piped.logger.info({}, 'hello');
    expect(piped.only()).toMatchObject({ msg: 'hello' });
  });
});
