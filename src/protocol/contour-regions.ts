/** Regions that are drawn straight from the mesh, no segmentation map needed. Left is the subject's left. */
export const CONTOUR_REGION_NAMES = [
  'face-oval',
  'lips',
  'left-eye',
  'right-eye',
  'left-brow',
  'right-brow',
  'nose',
  'left-cheek',
  'right-cheek',
  'forehead',
] as const;
export type ContourRegionName = (typeof CONTOUR_REGION_NAMES)[number];
