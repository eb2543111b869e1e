import { median } from './median.ts';
import type { LightSample } from './sample-light.ts';
import type { SkinSurface } from './skin-surface.ts';
import type { SurfaceRegionName } from './surface-regions.ts';

export interface EyePlace {
  readonly region: SurfaceRegionName;
  readonly outer: number;
  readonly inner: number;
}

/** Columns that are looked at, of the eye's width: short of the corners. */
const ACROSS = { from: 0.28, to: 0.72, steps: 23 } as const;
/** Rows, up or down from the line through the corners: beyond any lid's edge, short of its crease. */
const ROWS = { to: 0.34, steps: 40 } as const;
/** How far below the eye its skin is taken as what skin looks like, of the eye's width. */
const SKIN_ROWS = { from: 0.4, to: 0.6, steps: 8 } as const;
/** Iris and lashes: ln of their light over the skin's from which a pixel counts, and counts whole. */
const DARK = { from: -0.5, to: -0.9 } as const;
/** The white of the eye beside dark skin: ln of its light over the skin's from which a pixel counts, and counts whole. */
const BRIGHT = { from: 0.5, to: 0.9 } as const;
const LEAST_LIGHT = 1e-4;
/** The white of the eye is less warm than skin; where it hardly is, by light. */
const LEAST_CONTRAST = 0.1;
const COLOURLESS_SHARE = 0.05;
/** Skin that is darker than this share of the eye's white is as dark as an iris. */
const LEAST_SKIN_OF_WHITE = 0.2;
/** Of the way from the skin's warmth to that of the eye's white. */
const WHITE = { from: 0.25, to: 0.75 } as const;

/**
 * How far the eye is open above or below the line through its corners, in widths of the eye: what there is white by its
 * colour, or by its light beside dark skin. The mesh alone follows a hanging lid by a quarter of its way.
 * null where iris and skin are equally dark: the lid's edge does not show then.
 */
export function measureOpening(
  surface: SkinSurface,
  { outer, inner }: EyePlace,
  side: 'upper' | 'lower',
): number | null {
  if (surface.skinOfWhite < LEAST_SKIN_OF_WHITE) return null;
  const { landmarks } = surface.face;
  const [ox, oy] = [landmarks[outer * 3]!, landmarks[outer * 3 + 1]!];
  const [dx, dy] = [landmarks[inner * 3]! - ox, landmarks[inner * 3 + 1]! - oy];
  // Down is a right angle from the line, whichever way that runs.
  const [downX, downY] = dx > 0 ? [-dy, dx] : [dy, -dx];
  const grid = (from: number, to: number, steps: number): LightSample[] => {
    const found: LightSample[] = [];
    for (let column = 0; column < ACROSS.steps; column++) {
      const across = ACROSS.from + ((ACROSS.to - ACROSS.from) * (column + 0.5)) / ACROSS.steps;
      for (let row = 0; row < steps; row++) {
        const down = from + ((to - from) * (row + 0.5)) / steps;
        const sample = surface.sample(ox + across * dx + down * downX, oy + across * dy + down * downY);
        if (sample !== null) found.push(sample);
      }
    }
    return found;
  };
  const skin = grid(SKIN_ROWS.from, SKIN_ROWS.to, SKIN_ROWS.steps);
  const both = grid(-ROWS.to, ROWS.to, 2 * ROWS.steps);
  const own = grid(0, side === 'upper' ? -ROWS.to : ROWS.to, ROWS.steps);
  if (skin.length === 0 || own.length < ACROSS.steps * ROWS.steps) return null;
  const skinWarmth = median(skin.map(({ warmth }) => warmth));
  const skinLight = median(skin.map(({ light }) => light));
  const warmths = (side === 'upper' ? own : both).map(({ warmth }) => warmth).sort((a, b) => a - b);
  const whiteWarmth = warmths[Math.floor(warmths.length * COLOURLESS_SHARE)]!;
  const contrast = Math.max(LEAST_CONTRAST, skinWarmth - whiteWarmth);
  const isOpen = own.map(({ warmth, light }) => {
    const lightContrast = Math.log((light + LEAST_LIGHT) / (skinLight + LEAST_LIGHT));
    return Math.max(
      ramp((skinWarmth - warmth) / contrast, WHITE.from, WHITE.to),
      ramp(lightContrast, DARK.from, DARK.to),
      ramp(lightContrast, BRIGHT.from, BRIGHT.to),
    );
  });
  const depths = Array.from({ length: ACROSS.steps }, (_, column) => {
    const rows = isOpen.slice(column * ROWS.steps, (column + 1) * ROWS.steps);
    return rows.reduce((sum, value) => sum + value, 0) * (ROWS.to / ROWS.steps);
  }).sort((a, b) => a - b);
  // The widest columns but for the very widest, which a lash or a shadow may have lengthened.
  const [from, to] = [Math.floor(0.6 * depths.length), Math.floor(0.9 * depths.length)];
  return depths.slice(from, to).reduce((sum, depth) => sum + depth, 0) / (to - from);
}

/** 0 at `from`, 1 at `to`. */
function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
