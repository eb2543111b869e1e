import { SKIN_REGIONS } from '../../../vision/skin-regions.ts';

/** Areas of bare skin; left is the subject's. */
export const SURFACE_REGION_NAMES = [
  'forehead',
  'left-cheek',
  'right-cheek',
  'nose',
  'left-under-eye',
  'right-under-eye',
  'chin',
] as const;
export type SurfaceRegionName = (typeof SURFACE_REGION_NAMES)[number];

/** Landmark indices in order around each; mirror images by index. The first that holds a pixel has it. */
export const SURFACE_OUTLINES: Readonly<Record<SurfaceRegionName, readonly number[]>> = {
  forehead: SKIN_REGIONS.forehead,
  'left-cheek': SKIN_REGIONS['left-cheek'],
  'right-cheek': SKIN_REGIONS['right-cheek'],
  nose: [168, 351, 399, 420, 279, 358, 327, 326, 2, 97, 98, 129, 49, 198, 174, 122],
  'left-under-eye': [254, 253, 252, 256, 452, 451, 450, 449],
  'right-under-eye': [24, 23, 22, 26, 232, 231, 230, 229],
  chin: [201, 200, 421, 428, 396, 175, 171, 208],
};
