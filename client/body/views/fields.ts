import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../page/views/icons.ts';

/** A box to tick, with the sentence that explains it. */
export function choice(
  name: string,
  { label, detail }: { readonly label: string; readonly detail: string },
  checked: boolean,
  changed: (checked: boolean) => void,
  isDisabled = false,
): TemplateResult {
  return html`
    <div class="choice">
      <input
        type="checkbox"
        id="choice-${name}"
        name=${name}
        autocomplete="off"
        aria-describedby="choice-${name}-detail"
        .checked=${checked}
        ?disabled=${isDisabled}
        @change=${(event: Event) => changed((event.target as HTMLInputElement).checked)}
      />
      <span class="box" aria-hidden="true">${icon('good')}</span>
      <label for="choice-${name}">${label}</label>
      <p class="note" id="choice-${name}-detail">${detail}</p>
    </div>
  `;
}

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
