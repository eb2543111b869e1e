/** What a caller may ask of contours; shared by the routes that take it and the handler that does it. */
import { z } from 'zod';
import { CONTOUR_REGION_NAMES, type ContourRegionName } from './contour-regions.ts';

export { CONTOUR_REGION_NAMES, type ContourRegionName };

export const CONTOUR_STYLES = ['dashed', 'filled'] as const;

/** Two suffice; dense meshes have 478. */
export const MAX_CONTOUR_LANDMARKS = 1000;

/** What a status says of a job that is through: one contract knows `completed`, the other `done`. */
export const CONTOUR_DONE_STATUSES = ['completed', 'done'] as const;
export type ContourDoneStatus = (typeof CONTOUR_DONE_STATUSES)[number];

const MAX_LABELS = 64;
const MAX_TEXT = 200;

export const contourOptionsSchema = z.strictObject({
  style: z
    .enum(CONTOUR_STYLES)
    .default('dashed')
    .describe('Dashed lines, or areas filled half-transparently'),
  title: z.string().min(1).max(MAX_TEXT).optional().describe('Title of the drawing, for screen readers'),
  labels: z
    .record(z.string().max(32), z.string().min(1).max(MAX_TEXT))
    .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `has more than ${MAX_LABELS} entries`)
    .optional()
    .describe('Names of the regions by their label, such as {"1": "Forehead"}'),
});
export type ContourOptions = z.infer<typeof contourOptionsSchema>;

export const contourLandmarkSchema = z.object({ x: z.number(), y: z.number() });

/** The `params` of a job of the kind `face-contours`. With a part `segmentation-map` its regions are drawn, else the mesh's. */
export const contourJobParamsSchema = z.object({
  /** Pixels of the picture as a viewer shows it; null where the mesh is to say how the face is turned. */
  landmarks: z
    .array(z.tuple([z.number(), z.number()]))
    .max(MAX_CONTOUR_LANDMARKS)
    .nullable(),
  options: contourOptionsSchema,
  /** The caller loads this installation on purpose: no artificial delay. */
  loadtestMode: z.boolean(),
  /** Told to the caller when the job is through. */
  doneStatus: z.enum(CONTOUR_DONE_STATUSES),
});
export type ContourJobParams = z.infer<typeof contourJobParamsSchema>;
