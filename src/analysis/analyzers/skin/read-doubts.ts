import type { ConcernReading } from './skin-result.ts';
import { type SkinSurface, SURFACE_INTEROCULAR_PX } from './skin-surface.ts';
import type { SurfaceRegionName } from './surface-regions.ts';

type Doubt = ConcernReading['doubts'][number];

export interface SkinDoubts {
  readonly doubts: Doubt[];
  /** 0..1, before the concern's own reliability. */
  readonly confidence: number;
  readonly regions: readonly {
    readonly name: SurfaceRegionName;
    readonly confidence: number;
    readonly readableShare: number;
  }[];
}

/** Shares of unreadable pixels in the regions together that are worth a word. */
const NOTABLE = 0.15;
/** Sharpness of the face under which fine detail is gone. */
const SHARP = 0.5;
/** Turned this far, one cheek is seen from its side; this far, it is hidden. */
const TURNED_DEG = 20;
const HIDDEN_DEG = 50;
/** Confidence falls with the square of the size below the surface's own; half of it is too small. */
const TOO_SMALL_PX = SURFACE_INTEROCULAR_PX / 2;

/** What speaks against a reading of some regions: hidden, shaded or clipped pixels, blur, size and turn. */
export function readDoubts(surface: SkinSurface, names: readonly SurfaceRegionName[]): SkinDoubts {
  const { sharpness } = surface.face.appearance;
  const { yawDeg, pitchDeg } = surface.face.pose;
  const turnedDeg = Math.max(Math.abs(yawDeg), Math.abs(pitchDeg));
  const sharp = Math.min(1, sharpness / SHARP);
  const frontal = Math.min(1, Math.max(0, 1 - (turnedDeg - TURNED_DEG) / (HIDDEN_DEG - TURNED_DEG)));
  const size = Math.min(1, surface.interocularPx / SURFACE_INTEROCULAR_PX) ** 2;
  const common = sharp * frontal * size;
  const looked = surface.regions.filter(({ name }) => names.includes(name));
  const pixels = looked.reduce((sum, region) => sum + region.pixels, 0);
  const shareOf = (key: 'occludedShare' | 'shadedShare' | 'clippedShare' | 'readableShare') =>
    pixels === 0 ? 0 : looked.reduce((sum, region) => sum + region[key] * region.pixels, 0) / pixels;
  const doubts: Doubt[] = [];
  if (shareOf('occludedShare') > NOTABLE) doubts.push('occluded');
  if (shareOf('shadedShare') > NOTABLE) doubts.push('shaded');
  if (sharpness < SHARP) doubts.push('out-of-focus');
  if (shareOf('clippedShare') > NOTABLE) doubts.push('clipped');
  if (turnedDeg > TURNED_DEG) doubts.push('turned-away');
  if (surface.interocularPx < TOO_SMALL_PX) doubts.push('too-small');
  return {
    doubts,
    confidence: common * shareOf('readableShare'),
    regions: looked.map(({ name, readableShare }) => ({
      name,
      readableShare,
      confidence: common * readableShare,
    })),
  };
}
