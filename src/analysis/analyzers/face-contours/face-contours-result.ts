import { z } from 'zod';

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

const point = z.tuple([z.number(), z.number()]);

/** The `result` of a ResultRecord of the kind `face-contours`. */
export const faceContoursResultSchema = z.object({
  schema: z.literal('framegate.face-contours/1'),
  image: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }),
  /** Where the outlines came from. */
  source: z.enum(['segmentation-map', 'mesh']),
  /** Turned upright by this, clockwise as seen (y down), about the middle of the eyes. */
  rotationDeg: z.number(),
  /** base64 of the SVG document, whose coordinates are those of the turned, cropped image. */
  svg: z.string(),
  /** By region (the map's label, or a region's name), its outer outline in pixels of the image as it came. */
  mask_contours: z.record(z.string(), z.array(point)),
});

export type FaceContoursResult = z.infer<typeof faceContoursResultSchema>;
