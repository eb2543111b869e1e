import type { PreviewFit } from './fit-preview.ts';

/**
 * Shows the stream in the video and puts both video and guide in their place, by custom properties of the element around
 * it: null leaves them where they are.
 */
export function showPreview(
  video: HTMLVideoElement,
  stream: MediaStream | null,
  fit: PreviewFit | null,
): void {
  if (fit !== null) place(video.parentElement!, fit);
  // Not by a binding, which would set the same stream again at every update, and begin it anew.
  if (video.srcObject !== stream) video.srcObject = stream;
  // `autoplay` does not start a video that was not on show when its stream came, nor one that was moved in the page.
  if (stream !== null && video.paused) video.play().catch(() => undefined);
}

/** Through the object model, because policies forbid style attributes. */
function place({ style }: HTMLElement, { video, guide }: PreviewFit): void {
  for (const [name, px] of Object.entries({ ...prefixed('video', video), ...prefixed('guide', guide) })) {
    style.setProperty(name, `${px}px`);
  }
}

function prefixed(prefix: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`--${prefix}-${name}`, value]));
}
