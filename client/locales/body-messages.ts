import type { BodyMetric, BodyView } from '../../src/protocol/body-vocabulary.ts';

type Texts<Key extends string> = Readonly<Record<Key, string>>;

/** A choice with the sentence that explains it. */
interface Choice {
  readonly label: string;
  readonly detail: string;
}

/** All that the body page says besides <framegate-camera> and the capture page. `{name}` in a text is filled in by `fill`. */
export interface BodyMessages {
  readonly noApi: Texts<'heading' | 'detail'>;
  readonly account: Texts<
    | 'heading'
    | 'lead'
    | 'signIn'
    | 'register'
    | 'email'
    | 'password'
    | 'passwordRule'
    | 'name'
    | 'nameNote'
    | 'toSignIn'
    | 'toRegister'
    | 'signOut'
    | 'consent'
    | 'consentNote'
  > & { readonly store: Choice; readonly training: Choice };
  readonly details: Texts<
    | 'heading'
    | 'height'
    | 'heightNote'
    | 'heightWrong'
    | 'unit'
    | 'cm'
    | 'feet'
    | 'inches'
    | 'sex'
    | 'sexNote'
    | 'notStated'
    | 'female'
    | 'male'
    | 'pictures'
    | 'picturesNote'
    | 'timer'
    | 'seconds'
    | 'speak'
    | 'camera'
    | 'upload'
    | 'demo'
  > & { readonly portrait: Choice; readonly card: Choice };
  readonly views: Readonly<Record<BodyView, string>>;
  /** What to do for each picture, before one walks away from the phone. */
  readonly poses: Readonly<Record<BodyView, string>>;
  readonly capture: Texts<
    | 'heading'
    | 'start'
    | 'startNow'
    | 'getReady'
    | 'secondsLeft'
    | 'taken'
    | 'allTaken'
    | 'demoNote'
    | 'drawing'
  >;
  readonly upload: Texts<'heading' | 'lead' | 'choose' | 'optional' | 'send' | 'sending'>;
  readonly waiting: Texts<
    | 'heading'
    | 'collecting'
    | 'queued'
    | 'position'
    | 'processing'
    | 'progress'
    | 'slow'
    | 'keepsGoing'
    | 'startOver'
  >;
  readonly result: Texts<
    | 'heading'
    | 'measures'
    | 'margin'
    | 'notMeasured'
    | 'measured'
    | 'edit'
    | 'note'
    | 'noteNeeded'
    | 'range'
    | 'reminder'
    | 'save'
    | 'cancel'
    | 'editedByYou'
    | 'editedByTailor'
    | 'editedByAdmin'
    | 'confidence'
    | 'lowered'
    | 'scaleCard'
    | 'scaleStature'
    | 'pictures'
    | 'picturesNote'
    | 'noPictures'
    | 'correct'
    | 'correctHow'
    | 'joint'
    | 'measureAgain'
    | 'flags'
    | 'sheet'
    | 'data'
    | 'again'
  >;
  readonly metrics: Readonly<Record<BodyMetric, string>>;
  readonly history: Texts<
    | 'heading'
    | 'original'
    | 'byYou'
    | 'byOther'
    | 'change'
    | 'approved'
    | 'refused'
    | 'unchanged'
    | 'undecided'
  >;
  readonly look: Texts<
    'heading' | 'tone' | 'undertone' | 'cool' | 'neutral' | 'warm' | 'palette' | 'contrast' | 'shape'
  > &
    Texts<'high' | 'medium' | 'low'>;
  readonly shapes: Texts<'hourglass' | 'pear' | 'apple' | 'rectangle' | 'inverted-triangle'>;
  /** What a person should look at before they trust a number, by the flag's code. `{view}`, `{metric}` name what it is of. */
  readonly flags: Texts<
    | 'low-confidence'
    | 'low-confidence-metric'
    | 'out-of-range'
    | 'beyond-fitted'
    | 'scale-from-stature'
    | 'loose-clothing'
    | 'lighting'
    | 'skin-not-calibrated'
    | 'height-unlike-card'
    | 'picture'
    | 'other'
  >;
  readonly problems: Texts<
    | 'credentialsWrong'
    | 'accountExists'
    | 'inputWrong'
    | 'consentMissing'
    | 'implausible'
    | 'notMeasurable'
    | 'captureGone'
    | 'signedOut'
    | 'imageUnusable'
    | 'measuringFailed'
  >;
}
