import { html, nothing, type TemplateResult } from 'lit';
import type { Check, CheckStatus } from '../../../src/protocol/checks.ts';
import type { ComponentMessages } from '../../locales/messages.ts';
import { formatValue } from '../format-value.ts';
import { type IconName, icon } from '../icons.ts';
import type { ViewContext } from './view-context.ts';

/** Every measure of the last frame; there is nothing in it that the hints do not say. */
export function metersView({ view, messages, locale, showsMeters }: ViewContext): TemplateResult {
  const { name } = view.screen;
  const isShown = showsMeters && (name === 'connecting' || name === 'live' || name === 'taking');
  return html`<div
    id="meters"
    class="meters"
    part="meters"
    role="region"
    aria-label=${messages.labels.meters}
    tabindex="0"
    ?hidden=${!isShown}
  >
    ${isShown ? checksTable(view.checks, messages, locale) : nothing}
  </div>`;
}

export function checksTable(
  checks: readonly Check[],
  messages: ComponentMessages,
  locale: string,
): TemplateResult {
  return html`<table>
    <caption class="hidden">${messages.labels.meters}</caption>
    <tbody>
      ${checks.map((check) => checkRow(check, messages, locale))}
    </tbody>
  </table>`;
}

const STATUS_ICONS: Readonly<Record<CheckStatus, IconName>> = {
  pass: 'check',
  adjust: 'still',
  fail: 'close',
  unknown: 'frame',
};

function checkRow(check: Check, { measures, labels }: ComponentMessages, locale: string): TemplateResult {
  const statusText = {
    pass: labels.checkPass,
    adjust: labels.checkAdjust,
    fail: labels.checkFail,
    unknown: labels.checkUnknown,
  }[check.status];
  return html`<tr class=${check.status}>
    <th scope="row">
      ${measures[check.id]}
      <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="4"></rect>
        <rect width=${Math.round(check.score)} height="4"></rect>
      </svg>
    </th>
    <td class="value">${formatValue(check, locale)}</td>
    <td class="verdict">${icon(STATUS_ICONS[check.status])} ${statusText}</td>
  </tr>`;
}
