import { FramegateError } from '../protocol/framegate-error.ts';

/**
 * Letters, digits, `_` and `-` stand for themselves; every other UTF-8 byte becomes `%xx`, so that different names
 * stay different subjects and none can add a token or a wildcard. A node's name may be a host name with dots.
 */
export function subjectToken(name: string): string {
  if (name === '') throw new FramegateError('internal', 'a subject token cannot be empty');
  let token = '';
  for (const byte of new TextEncoder().encode(name)) {
    const char = String.fromCharCode(byte);
    token += /[A-Za-z0-9_-]/.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return token;
}

/** The name that `subjectToken` was given. */
export function nameOfToken(token: string): string {
  if (!/^(?:[A-Za-z0-9_-]|%[0-9a-f]{2})+$/.test(token)) {
    throw new FramegateError(
      'message-malformed',
      `not a subject token of framegate: ${JSON.stringify(token)}`,
    );
  }
  const bytes: number[] = [];
  for (let i = 0; i < token.length; i++) {
    if (token[i] === '%') {
      bytes.push(Number.parseInt(token.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      bytes.push(token.charCodeAt(i));
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

export function captureSubject(profile: string, sessionId: string): string {
  return `framegate.captures.${subjectToken(profile)}.${subjectToken(sessionId)}`;
}

/** Captures of a profile, of every session; a consumer's filter. */
export function captureSubjects(profile: string): string {
  return `framegate.captures.${subjectToken(profile)}.*`;
}

export function resultSubject(kind: string, sessionId: string): string {
  return `framegate.results.${subjectToken(kind)}.${subjectToken(sessionId)}`;
}

/** Results of every kind for one session; a subscription's filter. */
export function sessionResultsSubject(sessionId: string): string {
  return `framegate.results.*.${subjectToken(sessionId)}`;
}

export function jobSubject(kind: string, jobId: string): string {
  return `framegate.jobs.${subjectToken(kind)}.${subjectToken(jobId)}`;
}

export function frameMetricsSubject(node: string): string {
  return `framegate.metrics.frames.${subjectToken(node)}`;
}

export function eventSubject(entity: string, event: string): string {
  return `framegate.events.${subjectToken(entity)}.${subjectToken(event)}`;
}

export function recordSubject(table: string, id: string): string {
  return `framegate.records.${subjectToken(table)}.${subjectToken(id)}`;
}

export function deadSubject(stream: string): string {
  return `framegate.dead.${subjectToken(stream)}`;
}

/** Whether a filter lets a subject through. `*` stands for one token; `>` is not used here. */
export function matchesFilter(filter: string, subject: string): boolean {
  const [wanted, tokens] = [filter.split('.'), subject.split('.')];
  return (
    wanted.length === tokens.length &&
    wanted.every((token, index) => token === '*' || token === tokens[index])
  );
}

export type ParsedSubject =
  | { readonly type: 'capture'; readonly profile: string; readonly sessionId: string }
  | { readonly type: 'result'; readonly kind: string; readonly sessionId: string }
  | { readonly type: 'job'; readonly kind: string; readonly jobId: string }
  | { readonly type: 'frame-metrics'; readonly node: string }
  | { readonly type: 'event'; readonly entity: string; readonly event: string }
  | { readonly type: 'record'; readonly table: string; readonly id: string }
  | { readonly type: 'dead'; readonly stream: string };

/** Takes a subject of framegate apart. Throws message-malformed for any other. */
export function parseSubject(subject: string): ParsedSubject {
  const [root, family, ...rest] = subject.split('.');
  if (root === 'framegate') {
    const names = rest.map(nameOfToken);
    const [first, second] = names;
    if (names.length === 2 && first !== undefined && second !== undefined) {
      if (family === 'captures') return { type: 'capture', profile: first, sessionId: second };
      if (family === 'results') return { type: 'result', kind: first, sessionId: second };
      if (family === 'jobs') return { type: 'job', kind: first, jobId: second };
      if (family === 'metrics' && first === 'frames') return { type: 'frame-metrics', node: second };
      if (family === 'records') return { type: 'record', table: first, id: second };
      if (family === 'events') return { type: 'event', entity: first, event: second };
    }
    if (names.length === 1 && first !== undefined && family === 'dead')
      return { type: 'dead', stream: first };
  }
  throw new FramegateError('message-malformed', `not a subject of framegate: ${JSON.stringify(subject)}`);
}
