import type { BodyProblem } from '../../src/protocol/body-measurement.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';
import type { Result } from '../../src/protocol/messages.ts';
import type { BodyMessages } from '../locales/body-messages.ts';
import type { ComponentMessages } from '../locales/messages.ts';
import { fieldsOf, listOf, oneOf } from '../page/result/unknown-fields.ts';

/** Words for a picture that counts, and for one that does not. */
export interface GuidanceTexts {
  readonly messages: BodyMessages;
  readonly component: ComponentMessages;
}

/** Why a picture is none of the capture's views, as what to do about it; `failed`: nothing is known of it. */
export type Refusal = HintCode | 'failed';

const HINTS: Readonly<Record<BodyProblem['code'], HintCode>> = {
  nobody: 'no-body',
  'several-people': 'one-person',
  'part-missing': 'step-back',
  'cut-off': 'step-back',
  'not-facing': 'face-camera',
  'not-sideways': 'turn-sideways',
  'not-upright': 'stand-upright',
  'arms-too-close': 'arms-away',
  'too-small': 'step-closer',
  'too-dark': 'more-light',
  'too-bright': 'less-light',
  'no-card': 'no-card',
  'no-face': 'no-face',
};
const PROBLEMS = Object.keys(HINTS) as BodyProblem['code'][];

/** What became of a picture; `closed`: its capture takes no views any more. */
export function viewOutcome({ status, result }: Result): 'collected' | 'closed' | Refusal {
  if (status !== 'done') return 'failed';
  if (result.collected === true) return 'collected';
  if (result.notCollected === 'ticket-invalid') return 'closed';
  const [code] = listOf(result.problems, (item) => {
    const problem = fieldsOf(item);
    return problem?.blocks === true ? oneOf(PROBLEMS, problem.code) : null;
  });
  return code === undefined ? 'failed' : HINTS[code];
}

export function refusalText(refusal: Refusal, { messages, component }: GuidanceTexts): string {
  return refusal === 'failed' ? messages.problems.measuringFailed : component.hints[refusal];
}
