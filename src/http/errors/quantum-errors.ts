import { z } from 'zod';
import type { ErrorCode } from '../../protocol/error-codes.ts';
import type { FramegateError } from '../../protocol/framegate-error.ts';
import { jsonReply } from '../route.ts';
import type { ErrorShape } from './error-shape.ts';
import { retryAfterOf } from './status-of.ts';

const QUANTUM_CODES = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  TIMEOUT_ERROR: 408,
  IMAGE_PROCESSING_ERROR: 500,
  SKIN_ANALYSIS_FAILED: 500,
  SERVICE_UNAVAILABLE: 503,
} as const;
type QuantumCode = keyof typeof QUANTUM_CODES;

const BY_CODE: Partial<Record<ErrorCode, QuantumCode>> = {
  'request-invalid': 'VALIDATION_ERROR',
  'media-type-unsupported': 'VALIDATION_ERROR',
  'payload-too-large': 'VALIDATION_ERROR',
  'idempotency-conflict': 'VALIDATION_ERROR',
  'image-unsupported': 'VALIDATION_ERROR',
  'image-corrupt': 'VALIDATION_ERROR',
  'image-too-small': 'VALIDATION_ERROR',
  'image-too-large': 'VALIDATION_ERROR',
  'image-animated': 'VALIDATION_ERROR',
  'token-missing': 'UNAUTHORIZED',
  'token-invalid': 'UNAUTHORIZED',
  'access-refused': 'FORBIDDEN',
  'origin-refused': 'FORBIDDEN',
  'request-timeout': 'TIMEOUT_ERROR',
  'job-timeout': 'TIMEOUT_ERROR',
  'decode-timeout': 'TIMEOUT_ERROR',
  'analysis-timeout': 'TIMEOUT_ERROR',
  'analysis-failed': 'SKIN_ANALYSIS_FAILED',
  'job-failed': 'SKIN_ANALYSIS_FAILED',
  'job-cancelled': 'SKIN_ANALYSIS_FAILED',
  'job-lost': 'SKIN_ANALYSIS_FAILED',
  'provider-refused': 'SKIN_ANALYSIS_FAILED',
  'provider-malformed': 'SKIN_ANALYSIS_FAILED',
  'provider-unavailable': 'SERVICE_UNAVAILABLE',
  'rate-limited': 'SERVICE_UNAVAILABLE',
  'server-busy': 'SERVICE_UNAVAILABLE',
  'server-draining': 'SERVICE_UNAVAILABLE',
  'dependency-unavailable': 'SERVICE_UNAVAILABLE',
  'bus-unavailable': 'SERVICE_UNAVAILABLE',
  'state-unavailable': 'SERVICE_UNAVAILABLE',
};

/** `{"detail": {"errorCode", "message", "requestId"?, "frameSeq"?}}`, as the Quantum Skincare seed says its errors. */
export const quantumErrors: ErrorShape = {
  name: 'QuantumError',
  schema: z.object({
    detail: z.object({
      errorCode: z.enum(Object.keys(QUANTUM_CODES) as [QuantumCode, ...QuantumCode[]]),
      message: z.string(),
      requestId: z.string().optional(),
      frameSeq: z.string().optional(),
    }),
  }),
  reply: (error, { requestId, frameSeq }) => {
    const errorCode = BY_CODE[error.code] ?? 'IMAGE_PROCESSING_ERROR';
    return jsonReply(
      QUANTUM_CODES[errorCode],
      {
        detail: {
          errorCode,
          message: messageFor(error, errorCode),
          requestId,
          ...(frameSeq !== null && { frameSeq }),
        },
      },
      retryAfterOf(error),
    );
  },
};

/** What went wrong inside is for the log. */
function messageFor(error: FramegateError, errorCode: QuantumCode): string {
  return errorCode === 'IMAGE_PROCESSING_ERROR' ? 'an error of the server' : error.message;
}
