import { SKIN_REGION_NAMES, SKIN_REGIONS } from '../../../src/vision/skin-regions.ts';

/** `x,y x,y …` of each skin region, for SVG polygons in pixels of the still. */
export function regionPolygons(landmarks: readonly number[]): readonly string[] {
  return SKIN_REGION_NAMES.map((name) =>
    SKIN_REGIONS[name].map((index) => pointOf(landmarks, index)).join(' '),
  );
}

/** The mesh's lines as one SVG path: each edge once. */
export function meshPath(landmarks: readonly number[], triangles: readonly number[]): string {
  const seen = new Set<number>();
  const lines: string[] = [];
  const count = landmarks.length / 2;
  for (let at = 0; at + 2 < triangles.length; at += 3) {
    for (let corner = 0; corner < 3; corner++) {
      const one = triangles[at + corner]!;
      const other = triangles[at + ((corner + 1) % 3)]!;
      const edge = Math.min(one, other) * count + Math.max(one, other);
      if (seen.has(edge)) continue;
      seen.add(edge);
      lines.push(`M${pointOf(landmarks, one)}L${pointOf(landmarks, other)}`);
    }
  }
  return lines.join('');
}

/** Every point as a line without length, which a round line cap makes a dot: for as long as the edges are not there. */
export function pointsPath(landmarks: readonly number[]): string {
  return Array.from({ length: landmarks.length / 2 }, (_, index) => `M${pointOf(landmarks, index)}h0`).join(
    '',
  );
}

function pointOf(landmarks: readonly number[], index: number): string {
  return `${landmarks[index * 2]!.toFixed(1)},${landmarks[index * 2 + 1]!.toFixed(1)}`;
}
