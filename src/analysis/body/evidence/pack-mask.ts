import { deflateSync, inflateSync } from 'node:zlib';
import type { BodyViewEvidence } from '../../../protocol/body-measurement.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { type BodyMask, MASK_PIXELS } from '../../../vision/body-mask.ts';

export type PackedMask = NonNullable<BodyViewEvidence['body']>['mask'];

/** 256 × 256 bytes, deflated: some kilobytes of text. */
export function packMask({ confidence, region }: BodyMask): PackedMask {
  const bytes = Uint8Array.from(confidence, (value) => Math.round(255 * value));
  return { region: { ...region }, deflated: deflateSync(bytes).toString('base64') };
}

/** Throws request-invalid for what is no packed mask. */
export function unpackMask({ region, deflated }: PackedMask): BodyMask {
  let bytes: Uint8Array;
  try {
    // A mask of another size is refused before it fills the memory.
    bytes = inflateSync(Buffer.from(deflated, 'base64'), { maxOutputLength: MASK_PIXELS });
  } catch (cause) {
    throw new FramegateError('request-invalid', 'the mask of a view is not a deflated mask', { cause });
  }
  if (bytes.length !== MASK_PIXELS)
    throw new FramegateError('request-invalid', `the mask of a view has ${bytes.length} bytes`);
  return { region, confidence: Float32Array.from(bytes, (byte) => byte / 255) };
}
