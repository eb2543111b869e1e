import { html, nothing, svg, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import { setStyle } from '../set-style.ts';
import { concernOverlay } from './concern-overlay.ts';
import { contoursOverlay } from './contours-overlay.ts';
import { meshPath, pointsPath, regionPolygons } from './face-overlay.ts';
import { pictureZoom } from './picture-zoom.ts';
import type { ResultContext, ResultResources } from './result-context.ts';

/** The picture with mesh and skin areas over it, each of which can be taken away. */
export function pictureView(
  { pictureUrl, triangles }: ResultResources,
  context: ResultContext,
): TemplateResult {
  const { messages, shown, skin, contours, state } = context;
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
            <g class="mesh">${mesh(landmarks, triangles)}</g>
          </svg>
        `
      : nothing;
  const outlines = contours === null ? nothing : contoursOverlay(contours, state.hiddenContours);
  const concern = skin === null ? nothing : concernOverlay(skin, state.concern);
  if (pictureUrl === null && !hasOverlay && outlines === nothing) {
    return html`<p class="no-picture note">${texts.noPicture}</p>`;
  }
  return html`
    <figure class="picture">
      <div class="frame ${concern === nothing ? '' : 'has-concern'}">
        <div class="zoom" ${setStyle(zoomStyle(context))}>
          ${pictureUrl === null ? nothing : html`<img src=${pictureUrl} alt=${texts.pictureAlt} decoding="async" />`}
          ${overlay} ${concern} ${outlines}
        </div>
      </div>
      <figcaption>
        <p class="shown-concern" role="status">${concern === nothing ? '' : concernText(context)}</p>
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

/** To the concern that is shown: its marks are small beside a whole picture. */
function zoomStyle({ skin, state }: ResultContext): Readonly<Record<string, string>> {
  const mask = skin?.masks.find(({ id }) => id === state.concern);
  if (skin == null || skin.image === null || mask === undefined) return { '--zoom': 'none' };
  const { scale, left, top } = pictureZoom(mask, skin.image);
  const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;
  return { '--zoom': `translate(${percent(left)}, ${percent(top)}) scale(${scale.toFixed(3)})` };
}

function mesh(landmarks: readonly number[], triangles: readonly number[] | null): TemplateResult {
  return triangles === null
    ? svg`<path class="points" d=${pointsPath(landmarks)} />`
    : svg`<path class="edges" d=${meshPath(landmarks, triangles)} />`;
}

function concernText({ messages, state }: ResultContext): string {
  const { names, shown } = messages.concerns;
  const { concern } = state;
  if (concern === null || !Object.hasOwn(names, concern)) return '';
  return fill(shown, { name: names[concern as keyof typeof names] });
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
