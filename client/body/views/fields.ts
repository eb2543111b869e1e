import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../page/views/icons.ts';

export function selectField<Value extends string>(
  name: string,
  label: string,
  options: readonly (readonly [value: Value, text: string])[],
  chosen: Value,
  changed: (value: Value) => void,
  note: string | null = null,
): TemplateResult {
  return html`
    <label class="field">
      <span>${label}</span>
      <span class="select">
        <select
          name=${name}
          autocomplete="off"
          @change=${(event: Event) => changed((event.target as HTMLSelectElement).value as Value)}
        >
          ${options.map(([value, text]) => html`<option value=${value} .selected=${value === chosen}>${text}</option>`)}
        </select>
        ${icon('chevron')}
      </span>
      ${note === null ? nothing : html`<span class="note">${note}</span>`}
    </label>
  `;
}
