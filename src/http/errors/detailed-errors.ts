import { z } from 'zod';
import type { FramegateError } from '../../protocol/framegate-error.ts';
import { jsonReply } from '../route.ts';
import type { ErrorShape } from './error-shape.ts';
import { messageOf, retryAfterOf, statusOf } from './status-of.ts';

const detailsSchema = z.object({
  /** Pictures that are missing, or that do not show enough. */
  views: z.array(z.string()).optional(),
  /** Measures that are not within what humans have, centimetres. */
  metrics: z
    .array(z.object({ metric: z.string(), value: z.number(), min: z.number(), max: z.number() }))
    .optional(),
  /** The code of what a job has failed with. */
  cause: z.string().optional(),
});

/** `{"detail", "code", "details"?}`: as fastApiErrors, with those facts that a program needs to go on. */
export const detailedErrors: ErrorShape = {
  name: 'DetailedError',
  schema: z
    .object({ detail: z.string(), code: z.string(), details: detailsSchema.optional() })
    .meta({ description: 'What is wrong, its code, and facts by the code' }),
  reply: (error) => {
    const details = detailsOf(error);
    return jsonReply(
      statusOf(error),
      { detail: messageOf(error), code: error.code, ...(details !== null && { details }) },
      retryAfterOf(error),
    );
  },
};

/** Nothing of an error goes out that is not named above. */
function detailsOf({ details }: FramegateError): z.infer<typeof detailsSchema> | null {
  const { data } = detailsSchema.safeParse(details);
  return data === undefined || Object.keys(data).length === 0 ? null : data;
}
