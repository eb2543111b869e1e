import type { HttpResponse } from 'uWebSockets.js';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { RequestHeaders } from '../route.ts';
import type { BodyBudget } from './body-budget.ts';
import {
  type BodyRule,
  type BodySink,
  bodyLimitOf,
  type FormRule,
  type JsonRule,
  type ReadBody,
  type TextRule,
} from './body-rule.ts';
import { createFormBody } from './form-body.ts';
import { createJsonBody } from './json-body.ts';
import { createTextBody } from './text-body.ts';

const MEDIA_TYPES = { json: 'application/json', form: 'multipart/form-data' } as const;

export interface BodyLimits {
  /** A sender that is silent for this long is given up. */
  readonly idleTimeoutMs: number;
  /** A whole body has to be there after this long. */
  readonly timeoutMs: number;
  readonly budget: BodyBudget;
}

export interface BodyReading {
  /**
   * Rejects with payload-too-large, request-timeout, request-invalid, media-type-unsupported or server-busy; the rest of
   * the body is of no use then. Never settles after `abandon`.
   */
  readonly read: Promise<ReadBody>;
  /** The client is gone. */
  abandon(): void;
  /** What it held of the budget is free again. To be called once the request is answered. */
  release(): void;
}

/**
 * Begins to read a body by its rule. Has to be called while the request's handler has not returned: uWebSockets.js drops
 * what comes before somebody listens. Throws at once for a body that its headers tell is not taken.
 */
export function startReading(
  response: HttpResponse,
  taken: BodyRule,
  headers: RequestHeaders,
  limits: BodyLimits,
): BodyReading {
  const rule = ruleFor(taken, headers);
  const maxBytes = bodyLimitOf(rule);
  refuseByHeaders(headers, maxBytes);
  const sink = openSink(rule, headers['content-type']);
  let heldBytes = 0;
  let isOver = false;
  const { promise, resolve, reject } = Promise.withResolvers<ReadBody>();
  const fail = (error: unknown) => {
    if (isOver) return;
    finish();
    sink.abandon();
    reject(error);
  };
  const tooSlow = () => fail(new FramegateError('request-timeout', 'the body came too slowly'));
  const total = setTimeout(tooSlow, limits.timeoutMs);
  const idle = setTimeout(tooSlow, limits.idleTimeoutMs);

  function finish(): void {
    isOver = true;
    clearTimeout(total);
    clearTimeout(idle);
  }

  response.onData((chunk, isLast) => {
    if (isOver) return;
    try {
      limits.budget.take(chunk.byteLength);
      heldBytes += chunk.byteLength;
      if (heldBytes > maxBytes) throw tooLarge(maxBytes);
      // uWebSockets.js takes the chunk's memory back when this returns.
      sink.write(new Uint8Array(chunk.slice(0)));
    } catch (thrown) {
      fail(thrown);
      return;
    }
    idle.refresh();
    if (!isLast) return;
    finish();
    sink.end().then(resolve, reject);
  });

  return {
    read: promise,
    abandon: () => {
      if (isOver) return;
      finish();
      sink.abandon();
    },
    release: () => {
      limits.budget.giveBack(heldBytes);
      heldBytes = 0;
    },
  };
}

/** Throws request-invalid for no body, and media-type-unsupported for one of another type. */
function ruleFor(rule: BodyRule, headers: RequestHeaders): JsonRule | TextRule | FormRule {
  if (headers['content-length'] === '' && headers['transfer-encoding'] === '') {
    throw new FramegateError('request-invalid', 'the request has no body');
  }
  const type = headers['content-type'].split(';', 1)[0]!.trim().toLowerCase();
  const rules = alternativesOf(rule);
  const named = rules.find((one) => mediaTypeOf(one) === type);
  if (named !== undefined) return named;
  const wanted = rules.map(mediaTypeOf).join(' or ');
  throw new FramegateError('media-type-unsupported', `the body has to be ${wanted}`);
}

function alternativesOf(rule: BodyRule): readonly (JsonRule | TextRule | FormRule)[] {
  if (rule.type === 'either') return [rule.json, rule.form];
  return rule.type === 'json-or-text' ? [rule.json, rule.text] : [rule];
}

function mediaTypeOf(rule: JsonRule | TextRule | FormRule): string {
  return rule.type === 'text' ? rule.mediaType : MEDIA_TYPES[rule.type];
}

function refuseByHeaders(headers: RequestHeaders, maxBytes: number): void {
  if (Number(headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
  if (headers['content-encoding'] !== '' && headers['content-encoding'] !== 'identity') {
    throw new FramegateError('media-type-unsupported', 'the body may not be compressed');
  }
}

function openSink(rule: JsonRule | TextRule | FormRule, contentType: string): BodySink {
  if (rule.type === 'text') return createTextBody();
  return rule.type === 'json' ? createJsonBody() : createFormBody(rule, contentType);
}

function tooLarge(maxBytes: number): FramegateError {
  return new FramegateError('payload-too-large', `the body has more than ${maxBytes} bytes`, {
    details: { maxBytes },
  });
}
