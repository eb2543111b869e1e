import { z } from 'zod';
import type { FramegateError } from '../../../protocol/framegate-error.ts';
import type { ErrorShape } from '../../errors/error-shape.ts';
import { fastApiErrors } from '../../errors/fastapi-errors.ts';
import type { Problem } from '../../errors/problems-of.ts';
import { jsonReply } from '../../route.ts';

export const LANDMARKS_DETAIL = 'Invalid or missing facial landmarks.';

/** As fastApiErrors; a wrong picture or map is 422, and wrong landmarks are said as the seed says them. */
export const contourErrors: ErrorShape = {
  name: 'ContourError',
  schema: z
    .object({
      detail: z.string(),
      code: z.string(),
      problems: z.array(z.string()).optional(),
    })
    .meta({ description: 'What is wrong, its code, and where' }),
  reply(error, correlation) {
    if (error.code === 'image-unsupported') {
      return jsonReply(422, { detail: error.message, code: error.code });
    }
    const problems = problemsIn(error);
    const aboutLandmarks = problems.filter(
      ({ path }) => path === 'landmarks' || path.startsWith('landmarks.'),
    );
    if (error.code !== 'request-invalid' || aboutLandmarks.length === 0) {
      return fastApiErrors.reply(error, correlation);
    }
    return jsonReply(422, {
      detail: LANDMARKS_DETAIL,
      code: error.code,
      problems: problems.map(({ text }) => text),
    });
  },
};

function problemsIn({ details }: FramegateError): readonly Problem[] {
  return Array.isArray(details?.problems) ? (details.problems as Problem[]) : [];
}
