import { html, type TemplateResult } from 'lit';
import { icon } from './icons.ts';

/** A box to tick, with the sentence that explains it. */
export function choiceView(
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
