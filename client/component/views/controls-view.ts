import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import { type IconName, icon } from '../icons.ts';
import type { ViewContext } from './view-context.ts';

/** A row of round buttons, with the one that takes the picture in its middle. */
export function controlsView(context: ViewContext): TemplateResult | typeof nothing {
  const { view, messages, info, showsMeters, speaks, canSpeak, actions } = context;
  const { controls } = messages;
  const { name } = view.screen;
  if (name !== 'connecting' && name !== 'live' && name !== 'taking') return nothing;
  return html`<div class="controls" part="controls">
    <div class="side">
      ${roundButton('close', controls.stop, actions.stop)} ${cameraChoice(context)}
      ${
        info === null || info.torch === 'unsupported'
          ? nothing
          : roundButton(
              'torch',
              info.torch === 'on' ? controls.torchOff : controls.torchOn,
              actions.toggleTorch,
              info.torch === 'on',
            )
      }
    </div>
    <button
      class="capture"
      part="button capture-button"
      type="button"
      data-focus
      aria-label=${controls.capture}
      title=${controls.capture}
      aria-disabled=${name === 'live' && view.reconnecting === null ? 'false' : 'true'}
      @click=${actions.capture}
    ></button>
    <div class="side end">
      ${canSpeak ? roundButton(speaks ? 'sound' : 'mute', speaks ? controls.speakOff : controls.speakOn, actions.toggleSpeak, speaks) : nothing}
      <button
        class="round ${showsMeters ? 'on' : ''}"
        part="button"
        type="button"
        id="meters-toggle"
        aria-expanded=${showsMeters ? 'true' : 'false'}
        aria-controls="meters"
        aria-label=${messages.labels.meters}
        title=${showsMeters ? controls.hideMeters : controls.showMeters}
        @click=${actions.toggleMeters}
      >
        ${icon('bars')}
      </button>
    </div>
  </div>`;
}

function roundButton(name: IconName, label: string, act: () => void, on = false): TemplateResult {
  return html`<button
    class="round ${on ? 'on' : ''}"
    part="button"
    type="button"
    aria-label=${label}
    title=${label}
    @click=${act}
  >
    ${icon(name)}
  </button>`;
}

/** One tap changes between two cameras; more of them are a list. */
function cameraChoice({ devices, info, messages, actions }: ViewContext): TemplateResult | typeof nothing {
  const { controls } = messages;
  if (devices.length < 2) return nothing;
  if (devices.length === 2) return roundButton('swap', controls.switchCamera, actions.otherCamera);
  return html`<span class="round choice" part="button">
    ${icon('swap')}
    <select
      aria-label=${controls.chooseCamera}
      title=${controls.chooseCamera}
      @change=${({ target }: Event) => actions.chooseCamera((target as HTMLSelectElement).value)}
    >
      ${devices.map(
        ({ deviceId, label }, index) =>
          html`<option value=${deviceId} ?selected=${deviceId === info?.device.deviceId}>
            ${label === '' ? fill(controls.unnamedCamera, { number: index + 1 }) : label}
          </option>`,
      )}
    </select>
  </span>`;
}
