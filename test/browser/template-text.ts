import { nothing, type TemplateResult } from 'lit';

/** What a template would put into the page, handlers and directives left out: to look at a view without a browser. */
export function templateText(value: unknown): string {
  if (value === nothing || value === null || value === undefined || typeof value === 'function') return '';
  if (Array.isArray(value)) return value.map(templateText).join('');
  if (isTemplate(value)) {
    const { strings, values } = value;
    return strings.map((text, at) => text + templateText(values[at])).join('');
  }
  return typeof value === 'object' ? '' : escaped(String(value));
}

function isTemplate(value: unknown): value is TemplateResult {
  return typeof value === 'object' && value !== null && 'strings' in value && 'values' in value;
}

/** As Lit does: a value is never markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** The handlers that a template binds to an event, in order. */
export function handlersOf(value: unknown, event: string): readonly ((event: unknown) => void)[] {
  if (Array.isArray(value)) return value.flatMap((item) => handlersOf(item, event));
  if (!isTemplate(value)) return [];
  return value.values.flatMap((inner, at) =>
    typeof inner === 'function' && value.strings[at]!.endsWith(`@${event}=`)
      ? [inner as (event: unknown) => void]
      : handlersOf(inner, event),
  );
}
