import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../views/icons.ts';
import type { ResultContext } from './result-context.ts';

interface Line {
  readonly label: string;
  readonly value: string | null;
}

const SHORT_HASH = 12;

/** What measured the picture: enough to trace and to repeat the result. */
export function provenanceView(context: ResultContext): TemplateResult {
  const { messages } = context;
  const texts = messages.provenance;
  const lines = linesOf(context).filter(({ value }) => value !== null);
  const models = context.shown.provenance?.models ?? context.state.outcome.settings?.models ?? [];
  const copy = (event: Event) => {
    const button = event.currentTarget as HTMLElement;
    const status = button.parentElement?.querySelector('[role=status]');
    void copyText(asText(lines, models)).then((copied) => {
      if (status) status.textContent = copied ? texts.copied : texts.copyFailed;
    });
  };
  return html`
    <details class="card fold provenance">
      <summary><h2>${texts.heading}</h2></summary>
      <p class="note">${texts.intro}</p>
      <dl>
        ${lines.map(({ label, value }) => html`<div><dt>${label}</dt><dd translate="no">${value}</dd></div>`)}
      </dl>
      ${
        models.length === 0
          ? nothing
          : html`
            <h3>${texts.models}</h3>
            <ul class="models" translate="no">
              ${models.map(
                ({ name, version, sha256 }) =>
                  html`<li>${name} ${version} <code title=${sha256}>${sha256.slice(0, SHORT_HASH)}</code></li>`,
              )}
            </ul>
          `
      }
      <p class="copy">
        <button type="button" class="button" @click=${copy}>${icon('copy')}${texts.copy}</button>
        <span role="status"></span>
      </p>
    </details>
  `;
}

function linesOf({ messages, shown, state, main }: ResultContext): readonly Line[] {
  const texts = messages.provenance;
  const { provenance, image } = shown;
  const { settings } = state.outcome;
  const receipt = state.taken?.receipt ?? null;
  const analyzer = provenance?.analyzer ?? main.kind;
  return [
    { label: texts.capture, value: main.captureId },
    { label: texts.session, value: provenance?.sessionId ?? settings?.sessionId ?? null },
    {
      label: texts.node,
      value: settings?.node === 'this-device' ? texts.thisDevice : (settings?.node ?? null),
    },
    { label: texts.profile, value: settings?.profile ?? null },
    { label: texts.picture, value: image === null ? null : `${image.width} × ${image.height} px` },
    { label: texts.imageHash, value: provenance?.imageSha256 ?? null },
    { label: texts.analyzer, value: [analyzer, provenance?.analyzerVersion].filter(Boolean).join(' ') },
    { label: texts.codeVersion, value: provenance?.codeVersion ?? null },
    { label: texts.receipt, value: receipt === null ? null : `${receipt.stream} ${receipt.streamSeq}` },
  ];
}

function asText(
  lines: readonly Line[],
  models: readonly { readonly name: string; readonly version: string; readonly sha256: string }[],
): string {
  return [
    ...lines.map(({ label, value }) => `${label}: ${value}`),
    ...models.map(({ name, version, sha256 }) => `${name} ${version} ${sha256}`),
  ].join('\n');
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
