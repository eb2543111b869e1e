/** Small things that several views draw. */
import { html, nothing, type TemplateResult } from 'lit';
import { type AdminState, problemOf, type Task } from '../admin-state.ts';
import { dateText, shortId } from '../format.ts';
import { problemText } from '../problem-text.ts';

/** What went wrong with one of these tasks, told at once to whoever cannot see it. */
export function problemView(state: AdminState, task: Task): TemplateResult {
  const code = problemOf(state, task);
  return html`<div role="alert">${code === null ? nothing : html`<p class="problem">${problemText(code)}</p>`}</div>`;
}

export function timeView(iso: string): TemplateResult {
  return html`<time datetime=${iso}>${dateText(iso)}</time>`;
}

/** An account or a capture by the beginning of its id; the whole of it for whoever points at it, or copies it. */
export function idView(id: string): TemplateResult {
  return html`<code class="id" title=${id}>${shortId(id)}</code>`;
}

/** @param ownId of who looks */
export function accountView(id: string, ownId: string | undefined): TemplateResult {
  return id === ownId ? html`you` : idView(id);
}

export function isBusy({ busy }: AdminState, task: Task): boolean {
  return busy.includes(task);
}

interface Choice<Value extends string> {
  readonly name: string;
  readonly label: string;
  readonly values: readonly Value[];
  readonly texts: Readonly<Record<Value, string>>;
  /** null: any. */
  readonly chosen: Value | null;
  /** The text of "any"; null where one has to be chosen. */
  readonly anyText: string | null;
  readonly changed: (value: Value | null) => void;
}

export function choiceView<Value extends string>(choice: Choice<Value>): TemplateResult {
  const { name, label, values, texts, chosen, anyText, changed } = choice;
  const onChange = ({ target }: Event) => {
    const { value } = target as HTMLSelectElement;
    changed(values.find((one) => one === value) ?? null);
  };
  return html`
    <label class="field">
      <span>${label}</span>
      <select name=${name} autocomplete="off" @change=${onChange}>
        ${anyText === null ? nothing : html`<option value="" .selected=${chosen === null}>${anyText}</option>`}
        ${values.map((value) => html`<option value=${value} .selected=${value === chosen}>${texts[value]}</option>`)}
      </select>
    </label>
  `;
}
