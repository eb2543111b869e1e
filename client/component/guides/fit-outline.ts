import type { Size } from '../../sdk/camera/fit-size.ts';
import type { PreviewFit } from '../fit-preview.ts';
import { BODY_OUTLINES, smoothPath } from './body-outlines.ts';

/** Share of the frame's height that a body fills, within the band of `body-ratio`. */
const BODY_RATIO = 0.8;
/** Share of the frame's smaller side that a card's length fills. */
const CARD_RATIO = 0.6;
/** Of an ID-1 card. */
const CARD_ASPECT = 85.6 / 53.98;
const CARD_CORNER = 0.037;

/** Share of the height that the hint takes above a body: its head must not be under it. */
const HINT_SHARE = 0.1;

/**
 * Where the preview stands and what a person stands into, for the profiles of a body. All of the video is in view: what
 * is cut off by the frame must not look as if it were seen. `ofFace`: as a face would be fitted, for a portrait.
 */
export function fitOutline(profile: string, container: Size, video: Size, ofFace: PreviewFit): PreviewFit {
  const name = profile.split(':')[0];
  if (name === 'portrait') return portrait(ofFace, container);
  const isBody = name === 'body-front' || name === 'body-side';
  const above = isBody ? HINT_SHARE * container.height : 0;
  const room = container.height - above;
  const scale = Math.min(container.width / video.width, room / video.height);
  const shown = { width: video.width * scale, height: video.height * scale };
  const left = (container.width - shown.width) / 2;
  const top = above + (room - shown.height) / 2;
  const placed = { video: { left, top, ...shown } };
  const x = container.width / 2;
  const y = above + room / 2;
  if (isBody) {
    const { places, halfWidth } = BODY_OUTLINES[name];
    const height = BODY_RATIO * shown.height;
    return {
      ...placed,
      guide: { x, y, rx: (halfWidth * height) / 100, ry: height / 2 },
      outline: smoothPath(places, x, y - height / 2, height),
    };
  }
  const rx = (CARD_RATIO * Math.min(shown.width, shown.height)) / 2;
  const ry = rx / CARD_ASPECT;
  return { ...placed, guide: { x, y, rx, ry }, outline: cardPath(x, y, rx, ry) };
}

function cardPath(x: number, y: number, rx: number, ry: number): string {
  const corner = 2 * rx * CARD_CORNER;
  const [across, down] = [2 * (rx - corner), 2 * (ry - corner)];
  const arc = (dx: number, dy: number) => `a${corner} ${corner} 0 0 1 ${dx} ${dy}`;
  return [
    `M${x - rx + corner} ${y - ry}h${across}${arc(corner, corner)}v${down}${arc(-corner, corner)}`,
    `h${-across}${arc(-corner, -corner)}v${-down}${arc(corner, -corner)}z`,
  ].join('');
}

/** Head, neck and shoulders, round the oval that a face is fitted into. */
function portrait(fit: PreviewFit, { height }: Size): PreviewFit {
  const { x, y, rx, ry } = fit.guide;
  const bottom = Math.max(height, y + 2.1 * ry);
  const half = (sign: 1 | -1) => ({
    jaw: `${x + sign * 0.62 * rx} ${y + 0.86 * ry}`,
    neck: `${x + sign * 0.6 * rx} ${y + 1.3 * ry}`,
    shoulder: `${x + sign * 2.05 * rx} ${y + 1.75 * ry}`,
    end: `${x + sign * 2.25 * rx} ${bottom}`,
    crown: `${x + sign * 0.56 * rx} ${y - ry}`,
    side: `${x + sign * rx} ${y - 0.56 * ry}`,
  });
  const [own, other] = [half(1), half(-1)];
  const outline = [
    `M${x} ${y - ry}C${own.crown} ${own.side} ${x + rx} ${y}`,
    `C${x + 1.04 * rx} ${y + 0.35 * ry} ${x + 0.84 * rx} ${y + 0.72 * ry} ${own.jaw}`,
    `L${own.neck}C${x + 0.7 * rx} ${y + 1.5 * ry} ${x + 1.7 * rx} ${y + 1.5 * ry} ${own.shoulder}L${own.end}`,
    `L${other.end}L${other.shoulder}C${x - 1.7 * rx} ${y + 1.5 * ry} ${x - 0.7 * rx} ${y + 1.5 * ry} ${other.neck}`,
    `L${other.jaw}C${x - 0.84 * rx} ${y + 0.72 * ry} ${x - 1.04 * rx} ${y + 0.35 * ry} ${x - rx} ${y}`,
    `C${other.side} ${other.crown} ${x} ${y - ry}z`,
  ].join('');
  return { ...fit, outline };
}
