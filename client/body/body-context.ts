import type { ConsentFlags } from '../../src/protocol/accounts.ts';
import type { KeypointCorrection } from '../../src/protocol/body-measurement.ts';
import type { BodyMetric, BodyView } from '../../src/protocol/body-vocabulary.ts';
import type { BodyMessages } from '../locales/body-messages.ts';
import type { Locale } from '../locales/locales.ts';
import type { ComponentMessages } from '../locales/messages.ts';
import type { PageMessages } from '../locales/page-messages.ts';
import type { Registration } from './api/body-api.ts';
import type { BodyDetails } from './body-details.ts';
import type { BodyState } from './body-state.ts';
import type { KeptPicture } from './kept-pictures.ts';
import type { Refusal } from './view-outcome.ts';

/** What a person can do on the page. */
export interface BodyActions {
  showForm(form: 'sign-in' | 'register'): void;
  signIn(email: string, password: string): void;
  register(registration: Registration): void;
  signOut(): void;
  changeConsent(consent: ConsentFlags): void;
  choose(details: Partial<BodyDetails>): void;
  useCamera(isDemo: boolean): void;
  toUpload(): void;
  choosePicture(view: BodyView, file: File | null): void;
  upload(): void;
  /** Gives up what is under way, and begins again. */
  startOver(): void;
  count(): void;
  guideNow(): void;
  cameraIs(isOn: boolean): void;
  pause(): void;
  /** The node has the picture; whether it counts is told by one of the next three. */
  captured(view: BodyView, picture: Blob | null): void;
  taken(): void;
  refused(refusal: Refusal): void;
  /** The capture takes no views any more: how it stands is asked. */
  closed(): void;
  edit(metric: BodyMetric | null): void;
  saveEdit(metric: BodyMetric, valueCm: number, notes: string): void;
  /** Shows the joints, to be put right; false: takes them away. */
  correct(isOn: boolean): void;
  moveJoint(joint: KeypointCorrection): void;
  measureAgain(notes: string): void;
  downloadSheet(): void;
}

export interface BodyTexts {
  readonly locale: Locale;
  readonly messages: BodyMessages;
  /** Texts that both pages have: the site's, words for confidence, buttons. */
  readonly page: PageMessages;
  /** Names of failures are those of <framegate-camera>. */
  readonly component: ComponentMessages;
}

/** What every view of the page may use. */
export interface BodyContext extends BodyTexts {
  readonly state: BodyState;
  readonly server: string;
  readonly actions: BodyActions;
  readonly pictures: ReadonlyMap<BodyView, KeptPicture>;
  /** Of the rendered person: null until it is drawn, undefined with a camera. */
  readonly source: MediaStream | null | undefined;
  readonly sourceFailed: boolean;
  /** For sessions with a node that asks for a token. */
  readonly tokenProvider: (() => Promise<string>) | null;
  chooseLanguage(locale: Locale): void;
}
