import { z } from 'zod';
import { CONTOUR_DONE_STATUSES } from '../../../protocol/contour-options.ts';
import { ALIGNMENTS } from './align-face.ts';

const outline = z.array(z.tuple([z.number(), z.number()]));

/** One region, whole: `mask_contours` has only the outer line of its largest part. */
const regionSchema = z.object({
  /** The map's label, or the region's name; also the key in `mask_contours`. */
  id: z.string(),
  /** Square pixels, without holes. */
  areaPx: z.number().nonnegative(),
  perimeterPx: z.number().nonnegative(),
  /** Largest first. */
  parts: z.array(z.object({ outer: outline, holes: z.array(outline) })).min(1),
});

/** The `result` of a ResultRecord of the kind `face-contours`. Pixel (0, 0) reaches from 0 to 1; to a hundredth. */
export const faceContoursResultSchema = z.object({
  schema: z.literal('framegate.face-contours/1'),
  image: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }),
  /** Where the outlines came from. */
  source: z.enum(['segmentation-map', 'mesh']),
  /** Turned upright by this, clockwise as seen (y down). */
  rotationDeg: z.number(),
  /** What the rotation was taken from; see alignFace. */
  alignedBy: z.enum(ALIGNMENTS),
  /** The turned, cropped picture that the SVG is drawn for. */
  crop: z.object({
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    /** From pixels of the image as it came to those of the SVG; the order of SVG's matrix(). */
    matrix: z.array(z.number()).length(6),
  }),
  /** base64 of the SVG document, whose coordinates are those of the turned, cropped image. */
  svg: z.string(),
  /** By region, the outer line of its largest part in pixels of the image as it came. */
  mask_contours: z.record(z.string(), outline),
  /** All of it, in pixels of the image as it came; in the order of drawing. */
  regions: z.array(regionSchema),
  /** How the caller wants to be told of the end; absent for a live capture. */
  doneStatus: z.enum(CONTOUR_DONE_STATUSES).optional(),
});

export type FaceContoursResult = z.infer<typeof faceContoursResultSchema>;
