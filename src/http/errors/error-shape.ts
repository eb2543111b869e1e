import type { z } from 'zod';
import type { FramegateError } from '../../protocol/framegate-error.ts';
import type { Correlation } from '../../protocol/jobs.ts';
import type { HttpReply } from '../route.ts';

/** How a family of routes says its errors. */
export interface ErrorShape {
  readonly name: string;
  readonly schema: z.ZodType;
  reply(error: FramegateError, correlation: Correlation): HttpReply;
}
