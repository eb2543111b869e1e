import type { Check } from '../../protocol/checks.ts';
import type { FaceSummary } from '../../protocol/records.ts';
import type { ImageFormat } from '../../vision/types.ts';
import { sessionModels } from './settings.ts';
import type { CaptureDraft, CaptureOrder, Live } from './state.ts';
import type { Turn } from './turn.ts';

export interface CaptureImage {
  readonly source: 'still' | 'frame';
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  readonly data: Uint8Array;
  readonly checks: readonly Check[];
  readonly quality: number;
  readonly face: FaceSummary | null;
}

export function captureDraft(live: Live, order: CaptureOrder, image: CaptureImage, turn: Turn): CaptureDraft {
  const { facts } = live;
  return {
    captureId: order.captureId,
    sessionId: facts.sessionId,
    node: turn.settings.node,
    subject: facts.subject,
    profile: facts.profile.name,
    level: facts.profile.level,
    thresholds: facts.profile.thresholds,
    trigger: order.trigger,
    source: image.source,
    seq: order.seq,
    capturedAtMs: Math.round(order.capturedAtMs),
    acceptedAtMs: Math.round(turn.atMs),
    consent: facts.consent,
    width: image.width,
    height: image.height,
    format: image.format,
    imageBytes: image.data.length,
    quality: image.quality,
    checks: [...image.checks],
    face: image.face,
    models: sessionModels(turn.settings, facts.profile.name),
    ...(facts.collect === undefined ? {} : { collect: facts.collect }),
  };
}
