import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import { failureFace } from '../locales/failure-face.ts';
import { fill } from '../locales/locales.ts';
import type { ComponentMessages } from '../locales/messages.ts';
import { sentences } from '../locales/sentences.ts';
import type { AnnouncementKind } from './announce/announcement-pacer.ts';
import { overallScore, verdictOf } from './result-summary.ts';
import type { Notice, ViewState } from './view-state.ts';

export interface Message {
  readonly text: string;
  readonly kind: AnnouncementKind;
}

/** The one thing that the screen tells at this moment, for the pill and for those who hear it; null for nothing. */
export function messageOf({ screen, reconnecting }: ViewState, messages: ComponentMessages): Message | null {
  const { status, hints, failures } = messages;
  switch (screen.name) {
    case 'idle':
      return null;
    case 'starting':
      return { text: status.askingForCamera, kind: 'status' };
    case 'connecting':
      return { text: reasonToWait(reconnecting?.code, messages) ?? status.connecting, kind: 'status' };
    case 'live':
      if (reconnecting !== null) {
        const text = reasonToWait(reconnecting.code, messages) ?? status.reconnecting;
        return { text, kind: 'status' };
      }
      if (screen.hint !== null) return { text: hints[screen.hint.code], kind: 'hint' };
      return screen.dwell > 0 ? { text: status.holdStill, kind: 'status' } : null;
    case 'taking':
      return { text: status.taking, kind: 'important' };
    case 'measuring':
      return { text: status.taken, kind: 'important' };
    case 'result':
      return { text: resultText(screen, messages), kind: 'important' };
    case 'failed': {
      const { title, action } = failures[failureFace(screen.failure.code)];
      return { text: sentences(title, action), kind: 'important' };
    }
  }
}

/** Why it takes longer, where that is more than that nobody has answered yet. */
function reasonToWait(code: ErrorCode | null | undefined, { failures }: ComponentMessages): string | null {
  const face = code ? failureFace(code) : null;
  return face === 'device-offline' || face === 'server-busy' ? failures[face].title : null;
}

/** What a notice says: what to mend where that is known, else what can be done about it. */
export function noticeText(notice: Notice, messages: ComponentMessages): { title: string; action: string } {
  const { title, action } = messages.failures[failureFace(notice.code)];
  return { title, action: notice.hint === null ? action : messages.hints[notice.hint.code] };
}

function resultText(
  { result, failure }: Extract<ViewState['screen'], { name: 'result' }>,
  { status, labels, failures }: ComponentMessages,
): string {
  if (failure !== null) {
    const { title, action } = failures[failureFace(failure.code)];
    return sentences(title, action);
  }
  if (result === null) return status.takenLocally;
  const score = overallScore(result);
  const verdict = verdictOf(result);
  return sentences(
    status.result,
    ...(score === null ? [] : [fill(labels.score, { score })]),
    ...(verdict === null ? [] : [verdict === 'pass' ? labels.verdictPass : labels.verdictAdjust]),
  );
}
