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
  'glabella',
  'left-crow-foot',
  'right-crow-foot',
  'left-nasolabial',
  'right-nasolabial',
  'left-marionette',
  'right-marionette',
  'left-infraorbital',
  'right-infraorbital',
  'left-upper-lid',
  'right-upper-lid',
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
  glabella: [9, 336, 285, 417, 168, 193, 55, 107],
  'left-crow-foot': [446, 342, 353, 383, 368, 264, 447, 345, 340, 261],
  'right-crow-foot': [226, 113, 124, 156, 139, 34, 227, 116, 111, 31],
  'left-nasolabial': [358, 266, 425, 427, 434, 432, 410, 322, 391, 327],
  'right-nasolabial': [129, 36, 205, 207, 214, 212, 186, 92, 165, 98],
  'left-marionette': [291, 432, 434, 430, 431, 424, 335, 273],
  'right-marionette': [61, 212, 214, 210, 211, 204, 106, 43],
  'left-infraorbital': [347, 348, 349, 329, 266, 330],
  'right-infraorbital': [118, 119, 120, 100, 36, 101],
  'left-upper-lid': [342, 445, 444, 443, 442, 441, 413, 362, 398, 384, 385, 386, 387, 388, 466, 263],
  'right-upper-lid': [113, 225, 224, 223, 222, 221, 189, 133, 173, 157, 158, 159, 160, 161, 246, 33],
};
