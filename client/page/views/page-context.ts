import type { Locale } from '../../locales/locales.ts';
import type { ComponentMessages } from '../../locales/messages.ts';
import type { PageMessages } from '../../locales/page-messages.ts';
import type { AppEvent } from '../app-state.ts';

/** What every view of the page may use. */
export interface PageContext {
  readonly locale: Locale;
  readonly messages: PageMessages;
  /** Names of checks and failures are those of the component; null until they are loaded. */
  readonly component: ComponentMessages | null;
  /** Of the node that served the page. */
  readonly server: string;
  readonly token: string | null;
  send(event: AppEvent): void;
  chooseLanguage(locale: Locale): void;
}
