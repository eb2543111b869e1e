import { html, nothing, svg, type TemplateResult } from 'lit';
import { until } from 'lit/directives/until.js';
import { fill } from '../../locales/locales.ts';
import { meshPath, pointsPath, regionPolygons } from './face-overlay.ts';
import type { ResultContext, ResultResources } from './result-context.ts';

/** The picture with mesh and skin areas over it, each of which can be taken away. */
export function pictureView(
  { pictureUrl, triangles }: ResultResources,
  context: ResultContext,
): TemplateResult {
  const { messages, shown } = context;
  const texts = messages.result;
  const { image, face } = shown;
  const landmarks = face?.landmarks ?? null;
  const hasOverlay = image !== null && landmarks !== null;
  const overlay =
    image !== null && landmarks !== null
      ? html`
          <svg
            class="overlay"
            viewBox="0 0 ${image.width} ${image.height}"
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            <g class="regions">
              ${regionPolygons(landmarks).map((points) => svg`<polygon points=${points} />`)}
            </g>
            <g class="mesh">${until(
              triangles.then((known) => mesh(landmarks, known)),
              mesh(landmarks, null),
            )}</g>
          </svg>
        `
      : nothing;
  if (pictureUrl === null && !hasOverlay) return html`<p class="no-picture note">${texts.noPicture}</p>`;
  return html`
    <figure class="picture">
      <div class="frame">
        ${pictureUrl === null ? nothing : html`<img src=${pictureUrl} alt=${texts.pictureAlt} decoding="async" />`}
        ${overlay}
      </div>
      <figcaption>
        ${
          hasOverlay
            ? html`<div class="layers">
              ${layer('mesh', texts.showMesh)} ${layer('regions', texts.showRegions)}
            </div>`
            : nothing
        }
        ${pose(context)}
      </figcaption>
    </figure>
  `;
}

function mesh(landmarks: readonly number[], triangles: readonly number[] | null): TemplateResult {
  return triangles === null
    ? svg`<path class="points" d=${pointsPath(landmarks)} />`
    : svg`<path class="edges" d=${meshPath(landmarks, triangles)} />`;
}

function layer(name: 'mesh' | 'regions', label: string): TemplateResult {
  const changed = (event: Event) => {
    const box = event.target as HTMLInputElement;
    box.closest('.picture')?.querySelector(`.${name}`)?.classList.toggle('off', !box.checked);
  };
  return html`
    <label class="layer">
      <input type="checkbox" role="switch" autocomplete="off" .checked=${true} @change=${changed} />
      <span class="switch" aria-hidden="true"></span>
      <span class="key key-${name}" aria-hidden="true"></span>
      <span>${label}</span>
    </label>
  `;
}

function pose({ messages, shown, format }: ResultContext): TemplateResult | typeof nothing {
  const { face } = shown;
  if (face === null) return nothing;
  const { yawDeg, pitchDeg, rollDeg, distanceCm } = face;
  return html`
    <p class="note">
      ${fill(messages.result.pose, {
        yaw: format.degrees(yawDeg),
        pitch: format.degrees(pitchDeg),
        roll: format.degrees(rollDeg),
      })}
      ${
        distanceCm === null
          ? nothing
          : html`<br />${fill(messages.result.distance, { distance: format.centimetres(distanceCm) })}`
      }
    </p>
  `;
}
