import { html, type TemplateResult } from 'lit';
import { BODY_METRIC_RANGES, SEXES } from '../../../src/protocol/body-vocabulary.ts';
import { fill } from '../../locales/locales.ts';
import { choiceView } from '../../page/views/choice-view.ts';
import { icon } from '../../page/views/icons.ts';
import type { BodyContext } from '../body-context.ts';
import { isHeightGiven, TIMER_SECONDS } from '../body-details.ts';
import { cmOfFeet, feetAndInches, lengthText } from '../lengths.ts';
import { selectField } from './fields.ts';
import { problemView } from './problem-view.ts';

/** What a person says of themselves, which pictures are taken, and how. */
export function detailsView(context: BodyContext): TemplateResult {
  const { messages, state, actions } = context;
  const { details, user, isBusy } = state;
  const texts = messages.details;
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    const { submitter } = event;
    const way = submitter instanceof HTMLButtonElement ? submitter.value : 'camera';
    if (way === 'upload') actions.toUpload();
    else actions.useCamera(way === 'demo');
  };
  const consent = user?.consent_flags ?? { store_images: false, training: false };
  return html`
    <main id="content" class="details" tabindex="-1">
      <h1 tabindex="-1">${texts.heading}</h1>
      <form class="card" id="details-form" @submit=${submitted}>
        <div class="fields">
          ${heightFields(context)}
          ${selectField(
            'sex',
            texts.sex,
            [['', texts.notStated], ...SEXES.map((sex) => [sex, texts[sex]] as const)],
            details.sex ?? '',
            (sex) => actions.choose({ sex: sex === '' ? null : sex }),
            texts.sexNote,
          )}
        </div>
        <fieldset class="choices">
          <legend>${texts.pictures}</legend>
          <p class="note">${texts.picturesNote}</p>
          ${choiceView('portrait', texts.portrait, details.portrait, (portrait) => actions.choose({ portrait }))}
          ${choiceView('card', texts.card, details.card, (card) => actions.choose({ card }))}
        </fieldset>
        <div class="fields">
          ${selectField(
            'timer',
            texts.timer,
            TIMER_SECONDS.map((seconds) => [`${seconds}`, fill(texts.seconds, { seconds })] as const),
            `${details.timerSeconds}`,
            (text) =>
              actions.choose({
                timerSeconds: TIMER_SECONDS.find((seconds) => `${seconds}` === text) ?? details.timerSeconds,
              }),
          )}
          <label class="toggle">
            <input
              type="checkbox"
              name="speak"
              autocomplete="off"
              .checked=${details.speak}
              @change=${(event: Event) => actions.choose({ speak: (event.target as HTMLInputElement).checked })}
            />
            <span class="box" aria-hidden="true">${icon('good')}</span>
            <span>${texts.speak}</span>
          </label>
        </div>
        <fieldset class="choices">
          <legend>${messages.account.consent}</legend>
          <p class="note">${messages.account.consentNote}</p>
          ${choiceView(
            'store',
            messages.account.store,
            consent.store_images,
            (store_images) => actions.changeConsent({ ...consent, store_images }),
            isBusy,
          )}
          ${choiceView(
            'training',
            messages.account.training,
            consent.training,
            (training) => actions.changeConsent({ ...consent, training }),
            isBusy,
          )}
        </fieldset>
        ${problemView(context)}
        <div class="actions">
          <button type="submit" value="camera" class="button primary" id="use-camera" ?disabled=${isBusy}>
            ${icon('camera')}${texts.camera}
          </button>
          <button type="submit" value="upload" class="button" id="use-photographs" ?disabled=${isBusy}>
            ${texts.upload}
          </button>
          <button type="submit" value="demo" class="button" id="use-demo" ?disabled=${isBusy}>
            ${texts.demo}
          </button>
        </div>
      </form>
    </main>
  `;
}

/** A number that is not within the range is told by the form itself, in the browser's own way. */
function heightFields({ messages, state, locale, actions }: BodyContext): TemplateResult {
  const texts = messages.details;
  const { details } = state;
  const { min, max } = BODY_METRIC_RANGES.height_cm;
  const isNeeded = !details.card;
  const check = (input: HTMLInputElement) => {
    const isWrong = input.value !== '' && !isHeightGiven({ ...details, heightCm: heightIn(input) });
    const range = { min: limit(min), max: limit(max) };
    input.setCustomValidity(isWrong ? fill(texts.heightWrong, range) : '');
  };
  const limit = (cm: number) =>
    details.unit === 'cm'
      ? `${lengthText(cm, 'cm', locale, 0)} ${texts.cm}`
      : `${feetAndInches(cm).feet} ${texts.feet} ${feetAndInches(cm).inches} ${texts.inches}`;
  const changed = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    check(input);
    actions.choose({ heightCm: heightIn(input) });
  };
  const feet = details.heightCm === null ? null : feetAndInches(details.heightCm);
  return html`
    <fieldset class="height">
      <legend>${texts.height}</legend>
      <div class="height-row">
        ${
          details.unit === 'cm'
            ? numberInput(
                'height-cm',
                texts.cm,
                details.heightCm === null ? '' : `${Math.round(details.heightCm * 10) / 10}`,
                {
                  isNeeded,
                  changed,
                },
              )
            : html`
                ${numberInput('height-feet', texts.feet, `${feet?.feet ?? ''}`, { isNeeded, changed })}
                ${numberInput('height-inches', texts.inches, `${feet?.inches ?? ''}`, { isNeeded, changed })}
              `
        }
        ${selectField(
          'unit',
          texts.unit,
          [
            ['cm', texts.cm],
            ['in', `${texts.feet} · ${texts.inches}`],
          ],
          details.unit,
          (unit) => actions.choose({ unit }),
        )}
      </div>
      <p class="note">${texts.heightNote}</p>
    </fieldset>
  `;
}

/** Of the one field, or of feet and inches together; null while it is empty. */
function heightIn(input: HTMLInputElement): number | null {
  const fields = new FormData(input.form ?? undefined);
  const number = (name: string) => {
    const text = fields.get(name);
    return typeof text === 'string' && text !== '' ? Number(text) : null;
  };
  const feet = number('height-feet');
  if (feet !== null) return cmOfFeet(feet, number('height-inches') ?? 0);
  return number('height-cm');
}

function numberInput(
  name: string,
  unit: string,
  value: string,
  options: { readonly isNeeded: boolean; readonly changed: (event: Event) => void },
): TemplateResult {
  return html`
    <label class="field unit-field">
      <span>${unit}</span>
      <input
        type="number"
        class="input"
        name=${name}
        id=${name}
        inputmode="decimal"
        min="0"
        step="any"
        autocomplete="off"
        ?required=${options.isNeeded}
        .value=${value}
        @change=${options.changed}
      />
    </label>
  `;
}
