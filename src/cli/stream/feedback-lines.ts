import { HINT_CODES } from '../../protocol/hint-codes.ts';
import type { Feedback, ServerMessage } from '../../protocol/messages.ts';
import { resultSummary } from './result-summary.ts';
import type { StreamListener } from './stream-source.ts';

export interface LineOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

const DWELL_CELLS = 8;
const VERDICT_COLOUR = { pass: 32, adjust: 33, skipped: 90, error: 31 } as const;

/** One line for each feedback, as a person wants to read it: what was said, and how the face stood. */
export function feedbackLine(feedback: Feedback, roundTripMs: number | null, colours: boolean): string {
  const { verdict, hint, dwell, timing } = feedback;
  const paint = (text: string) => (colours ? `\u001b[${VERDICT_COLOUR[verdict]}m${text}\u001b[0m` : text);
  const filled = Math.round(dwell * DWELL_CELLS);
  const bar = '█'.repeat(filled) + '·'.repeat(DWELL_CELLS - filled);
  const times = `infer ${timing.inferMs.toFixed(1).padStart(5)} ms, answer ${(roundTripMs ?? timing.totalMs).toFixed(1).padStart(6)} ms`;
  const said = feedback.error?.message ?? (hint ? HINT_CODES[hint.code] : '');
  return `#${String(feedback.seq).padEnd(4)} ${paint(verdict.padEnd(7))} ${bar}  ${subjectText(feedback).padEnd(36)}  ${times}  ${said}`.trimEnd();
}

/** How the face stands, or where body or card is seen. */
function subjectText({ face, body, card }: Feedback): string {
  if (face) {
    return `yaw ${degrees(face.yawDeg)} pitch ${degrees(face.pitchDeg)} roll ${degrees(face.rollDeg)}`;
  }
  if (body) {
    const { x, y, width, height } = body.box;
    return `body ${Math.round(width)} × ${Math.round(height)} px at ${Math.round(x)}, ${Math.round(y)}`;
  }
  return card ? 'card in view' : 'nothing in view';
}

function degrees(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1).padStart(4)}°`;
}

/** The listener of `framegate stream` for people. */
export function lineListener(output: LineOutput): StreamListener {
  const colours = output.isTTY === true;
  let isReconnecting = false;
  return {
    feedback(feedback, roundTripMs) {
      output.write(`${feedbackLine(feedback, roundTripMs, colours)}\n`);
    },
    message(message) {
      const line = eventLine(message);
      if (line !== null) output.write(`${line}\n`);
    },
    state(state) {
      if (state === 'reconnecting' && !isReconnecting) output.write('  … connection lost, reconnecting\n');
      isReconnecting = state === 'reconnecting';
    },
  };
}

function eventLine(message: ServerMessage): string | null {
  switch (message.type) {
    case 'welcome':
      return `  session ${message.sessionId} on ${message.node}, profile ${message.profile}${message.resumed ? ', resumed' : ''}`;
    case 'capture-request':
      return `  ▸ capture ${message.captureId}: sending the still of frame ${message.seq}`;
    case 'captured':
      return `  ✔ captured ${message.captureId} (${message.stream} ${message.streamSeq})`;
    case 'rejected':
      return `  ✘ the still did not pass: ${message.hint ? HINT_CODES[message.hint.code] : message.captureId}`;
    case 'result':
      return `  ★ ${message.kind} of ${message.captureId}: ${resultSummary(message)}`;
    case 'pace':
      return `  pace: at most ${message.maxFps} frames/s, quality ${message.quality}, edge ${message.maxEdge} px`;
    case 'error':
      return `  error ${message.code}: ${message.message}`;
    case 'feedback':
      return null;
  }
}

/** The listener of `--json`: every message received as one object a line, `type` first. */
export function jsonListener(output: LineOutput): StreamListener {
  return {
    message({ type, ...rest }) {
      output.write(`${JSON.stringify({ type, ...rest })}\n`);
    },
    feedback() {},
    state() {},
  };
}
