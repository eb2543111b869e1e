import { FEATURE_OUTLINES, isInside, outlineOf, SKIN_REGIONS, scaledOutline } from './skin-regions.ts';
import type { CanonicalFace } from './types.ts';

/** What a sample point shows. */
export const SAMPLE_KIND = { feature: 0, skin: 1, forehead: 2, leftCheek: 3, rightCheek: 4 } as const;

/** Lines of the sampling grid over the unfolded face: about 1,800 points on it. */
const GRID = 72;
/** Lashes, lids and the shade around a feature belong to it. */
const FEATURE_GROWTH = 1.3;

/** Points fixed to the skin, so that a turned, tilted or smiling face is sampled at the same places. */
export interface FaceSamples {
  readonly count: number;
  /** count × 3 landmark indices. */
  readonly corners: Uint16Array;
  /** count × 2: the shares of the first two corners; the third has the rest. */
  readonly shares: Float32Array;
  /** SAMPLE_KIND of each point. */
  readonly kinds: Uint8Array;
  /** 1 where the point is on the subject's left, which is the image's right. */
  readonly imageRight: Uint8Array;
}

/** Lays a regular grid over the canonical face's texture plane and names what each point shows. */
export function createFaceSamples(canonical: CanonicalFace): FaceSamples {
  const { uvs, triangles } = canonical;
  const corners: number[] = [];
  const shares: number[] = [];
  const kinds: number[] = [];
  const imageRight: number[] = [];
  const kindOf = createKindLookup(uvs);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    const [ax, ay, bx, by, cx, cy] = [a, b, c].flatMap((i) => [
      uvs[i * 2]! * GRID,
      uvs[i * 2 + 1]! * GRID,
    ]) as [number, number, number, number, number, number];
    const area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
    if (area === 0) continue;
    for (let y = Math.ceil(Math.min(ay, by, cy)); y <= Math.max(ay, by, cy); y++) {
      for (let x = Math.ceil(Math.min(ax, bx, cx)); x <= Math.max(ax, bx, cx); x++) {
        const shareA = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / area;
        const shareB = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / area;
        if (shareA < 0 || shareB < 0 || shareA + shareB > 1) continue;
        const kind = kindOf(x / GRID, y / GRID);
        // Half the points are enough where they only count towards the whole face.
        if (kind < SAMPLE_KIND.forehead && (x + y) % 2 === 1) continue;
        corners.push(a, b, c);
        shares.push(shareA, shareB);
        kinds.push(kind);
        imageRight.push(x / GRID > 0.5 ? 1 : 0);
      }
    }
  }
  return {
    count: kinds.length,
    corners: Uint16Array.from(corners),
    shares: Float32Array.from(shares),
    kinds: Uint8Array.from(kinds),
    imageRight: Uint8Array.from(imageRight),
  };
}

function createKindLookup(uvs: Float32Array): (u: number, v: number) => number {
  const features = Object.values(FEATURE_OUTLINES).map((indices) =>
    scaledOutline(outlineOf(uvs, 2, indices), FEATURE_GROWTH),
  );
  const regions = [
    [SAMPLE_KIND.forehead, outlineOf(uvs, 2, SKIN_REGIONS.forehead)],
    [SAMPLE_KIND.leftCheek, outlineOf(uvs, 2, SKIN_REGIONS['left-cheek'])],
    [SAMPLE_KIND.rightCheek, outlineOf(uvs, 2, SKIN_REGIONS['right-cheek'])],
  ] as const;
  return (u, v) => {
    const region = regions.find(([, outline]) => isInside(outline, u, v));
    if (region !== undefined) return region[0];
    return features.some((outline) => isInside(outline, u, v)) ? SAMPLE_KIND.feature : SAMPLE_KIND.skin;
  };
}
