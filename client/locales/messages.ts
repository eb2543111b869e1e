import type { MeasureId } from '../../src/protocol/checks.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';
import type { FailureFace } from './failure-face.ts';

/**
 * All that <framegate-camera> says. `{name}` in a text is filled in by `fill`, with whole numbers; the percent sign
 * stands in the text as the language writes it.
 */
export interface ComponentMessages {
  readonly hints: Readonly<Record<HintCode, string>>;
  readonly measures: Readonly<Record<MeasureId, string>>;
  readonly controls: Readonly<
    Record<
      | 'start'
      | 'stop'
      | 'capture'
      | 'retake'
      | 'tryAgain'
      | 'switchCamera'
      | 'chooseCamera'
      | 'torchOn'
      | 'torchOff'
      | 'showMeters'
      | 'hideMeters'
      | 'speakOn'
      | 'speakOff'
      | 'unnamedCamera',
      string
    >
  >;
  readonly status: Readonly<
    Record<
      | 'intro'
      | 'askingForCamera'
      | 'connecting'
      | 'loadingDetector'
      | 'reconnecting'
      | 'holdStill'
      | 'taking'
      | 'taken'
      | 'takenLocally'
      | 'result',
      string
    >
  >;
  readonly labels: Readonly<
    Record<
      | 'region'
      | 'dwell'
      | 'preview'
      | 'previewUnmirrored'
      | 'picture'
      | 'meters'
      | 'progress'
      | 'score'
      | 'verdictPass'
      | 'verdictAdjust'
      | 'checkPass'
      | 'checkAdjust'
      | 'checkFail'
      | 'checkUnknown',
      string
    >
  >;
  readonly failures: Readonly<Record<FailureFace, { readonly title: string; readonly action: string }>>;
}
