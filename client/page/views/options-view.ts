import { html, type TemplateResult } from 'lit';
import { PROFILE_LEVELS } from '../../../src/protocol/checks.ts';
import type { PageMessages } from '../../locales/page-messages.ts';
import { type Choices, PAGE_PROFILES, PRECHECKS } from '../choices.ts';
import { icon } from './icons.ts';

/** What a person seldom needs, and a tester does. */
export function optionsView(
  choices: Choices,
  { options: texts }: PageMessages,
  choose: (changed: Partial<Choices>) => void,
): TemplateResult {
  const profiles = { 'face-skin': texts.faceSkin, 'face-contour': texts.faceContour };
  const prechecks = {
    auto: texts.precheckAuto,
    onnx: 'ONNX Runtime',
    'face-landmarker': 'MediaPipe FaceLandmarker',
    off: texts.precheckOff,
  };
  return html`
    <details class="options">
      <summary>${icon('chevron')}${texts.heading}</summary>
      <div class="option-grid">
        ${select('profile', texts.profile, PAGE_PROFILES, profiles, choices.profile, (profile) => choose({ profile }))}
        ${select('level', texts.level, PROFILE_LEVELS, texts, choices.level, (level) => choose({ level }))}
        ${select('precheck', texts.precheck, PRECHECKS, prechecks, choices.precheck, (precheck) => choose({ precheck }))}
        <p class="note">${texts.precheckDetail}</p>
        ${toggle('meters', texts.meters, choices.meters, (meters) => choose({ meters }))}
        ${toggle('speak', texts.speak, choices.speak, (speak) => choose({ speak }))}
      </div>
    </details>
  `;
}

function select<Value extends string>(
  name: string,
  label: string,
  values: readonly Value[],
  labels: Readonly<Record<Value, string>>,
  chosen: Value,
  changed: (value: Value) => void,
): TemplateResult {
  const onChange = (event: Event) => changed((event.target as HTMLSelectElement).value as Value);
  return html`
    <label class="field">
      <span>${label}</span>
      <span class="select">
        <select name=${name} autocomplete="off" @change=${onChange}>
          ${values.map((value) => html`<option value=${value} .selected=${value === chosen}>${labels[value]}</option>`)}
        </select>
        ${icon('chevron')}
      </span>
    </label>
  `;
}

function toggle(
  name: string,
  label: string,
  checked: boolean,
  changed: (checked: boolean) => void,
): TemplateResult {
  return html`
    <label class="toggle">
      <input
        type="checkbox"
        name=${name}
        autocomplete="off"
        .checked=${checked}
        @change=${(event: Event) => changed((event.target as HTMLInputElement).checked)}
      />
      <span class="box" aria-hidden="true">${icon('good')}</span>
      <span>${label}</span>
    </label>
  `;
}
