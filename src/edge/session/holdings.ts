import type { Capture, SessionState } from './state.ts';

/** Bytes of pictures that a session keeps alive; each counted once. */
export function heldBytes(state: SessionState): number {
  if (state.phase !== 'live' && state.phase !== 'detached') return 0;
  const live = state.phase === 'live' ? state : state.live;
  const { inWork, waiting } = live.frames;
  const pictures = new Set([inWork?.data, waiting?.data, ...captureData(live.capture)]);
  return [...pictures].reduce((sum, data) => sum + (data?.length ?? 0), 0);
}

function captureData(capture: Capture): readonly (Uint8Array | undefined)[] {
  switch (capture.phase) {
    case 'ready':
      return [capture.kept?.frame.data];
    case 'requested':
      return [capture.fallback?.frame.data];
    case 'validating':
      return [capture.fallback?.frame.data, capture.still.data];
    default:
      return [capture.data];
  }
}

export function framesWaiting(state: SessionState): number {
  if (state.phase !== 'live') return 0;
  return (state.frames.waiting === null ? 0 : 1) + state.frames.overtaken.length;
}
