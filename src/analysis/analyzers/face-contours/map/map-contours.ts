/** From a label map to smooth outlines that never overlap. */

import type { Cv } from '../../../../vision/open-cv.ts';
import { encloses, type Outline, type Shape, shapeArea, signedArea } from '../geometry/outline.ts';
import type { LabelMap } from './label-map.ts';
import { claimPixels, type RegionField } from './region-fields.ts';
import { simplified } from './simplify-outline.ts';
import { traceOutlines } from './trace-outlines.ts';

export interface MapRegion {
  readonly label: number;
  /** Largest first. */
  readonly shapes: readonly Shape[];
}

/** Specks: smaller than this, as a share of the map and in pixels, are noise of whoever segmented. */
const MIN_MAP_SHARE = 0.000_05;
const MIN_AREA_PX = 16;
/** Parts of a region that count beside its largest: two eyes under one label, but no crumbs. */
const MIN_PART_SHARE = 0.1;
/** Larger maps are read in steps: the outlines stay within a pixel, and time and memory bounded. */
const MAX_WORKING_PIXELS = 2_500_000;

/**
 * Regions of one map as outlines in its pixels. Where two regions meet, both lines stand back by about a third of a
 * pixel, so that they never cross (see region-fields.ts and trace-outlines.ts for why). Regions that are only specks
 * are left out.
 */
export function mapContours(cv: Cv, map: LabelMap): MapRegion[] {
  const step = Math.ceil(Math.sqrt((map.width * map.height) / MAX_WORKING_PIXELS));
  const working = step === 1 ? map : thinned(map, step);
  const minArea = Math.max(MIN_AREA_PX, MIN_MAP_SHARE * working.width * working.height);
  const regions: MapRegion[] = [];
  for (const field of claimPixels(cv, working, minArea)) {
    const shapes = shapesOf(cv, field, minArea).map((shape) => scaledShape(shape, step));
    if (shapes.length > 0) regions.push({ label: field.label, shapes });
  }
  return regions.sort((a, b) => a.label - b.label);
}

function shapesOf(cv: Cv, field: RegionField, minArea: number): Shape[] {
  const outlines = traceOutlines(field).filter((outline) => Math.abs(signedArea(outline)) >= minArea);
  const outers = outlines.filter((outline) => signedArea(outline) > 0);
  const largest = Math.max(0, ...outers.map(signedArea));
  const holes = outlines.filter((outline) => signedArea(outline) < 0);
  return outers
    .filter((outer) => signedArea(outer) >= MIN_PART_SHARE * largest)
    .map((outer) => ({
      outer: simplified(cv, outer),
      // A hole's smallest enclosing part is its own: parts lie beside each other, or within another's hole.
      holes: holes.filter((hole) => ownerOf(hole, outers) === outer).map((hole) => simplified(cv, hole)),
    }))
    .sort((a, b) => shapeArea(b) - shapeArea(a));
}

function ownerOf(hole: Outline, outers: readonly Outline[]): Outline | null {
  let owner: Outline | null = null;
  for (const outer of outers) {
    const isSmaller = owner === null || signedArea(outer) < signedArea(owner);
    if (isSmaller && encloses(outer, hole[0]!, hole[1]!)) owner = outer;
  }
  return owner;
}

function scaledShape(shape: Shape, step: number): Shape {
  if (step === 1) return shape;
  const scaled = (outline: Outline) => outline.map((value) => (value - 0.5) * step + sampleOf(step) + 0.5);
  return { outer: scaled(shape.outer), holes: shape.holes.map(scaled) };
}

/** The pixel of a square of `step` × `step` that stands for it. */
const sampleOf = (step: number) => step >> 1;

function thinned(map: LabelMap, step: number): LabelMap {
  const width = Math.ceil(map.width / step);
  const height = Math.ceil(map.height / step);
  const indices = new Uint8Array(width * height);
  const sample = sampleOf(step);
  for (let y = 0; y < height; y++) {
    const row = Math.min(map.height - 1, y * step + sample) * map.width;
    for (let x = 0; x < width; x++) {
      indices[y * width + x] = map.indices[row + Math.min(map.width - 1, x * step + sample)]!;
    }
  }
  return { width, height, indices, labels: map.labels };
}
