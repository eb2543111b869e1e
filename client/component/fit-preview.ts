import type { Threshold } from '../../src/protocol/checks.ts';
import type { Size } from '../sdk/camera/fit-size.ts';

export interface PreviewFit {
  /** Where the whole video stands in the container's pixels; parts of it may lie outside. */
  readonly video: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  /** The oval for the head, or the bounds of `outline` from their middle. */
  readonly guide: { readonly x: number; readonly y: number; readonly rx: number; readonly ry: number };
  /** A closed path in the container's pixels, in place of the oval. */
  readonly outline?: string;
}

/** Width ÷ height of the bounds of a face's landmarks, ear to ear by hairline to chin. */
const FACE_ASPECT = 0.78;
/** The oval holds the head: some more than those bounds. */
const OVAL_HEIGHT = 1.14;
const OVAL_ASPECT = 0.77;

/** Share of the container's width that the oval may take on one side of its middle. */
const MAX_RX = 0.42;
const EDGE = 0.13;
const MIN_EDGE_PX = 20;
const MAX_EDGE_PX = 128;

/**
 * Puts the video over the whole container, cut where it is longer, and the guide where a face passes: in the middle of the
 * frame, of a size within the band `faceRatio` (see measures/face-ratio.ts). Where the oval would not fit, it becomes
 * smaller within the band first, and then the video with it, down to where all of the video is in view.
 */
export function fitPreview(container: Size, video: Size, faceRatio: Threshold): PreviewFit {
  const { width, height } = container;
  const cover = Math.max(width / video.width, height / video.height);
  const contain = Math.min(width / video.width, height / video.height);
  const { min = 0.3, max = 0.8 } = faceRatio;
  const ideal = min + 0.4 * (max - min);
  const least = min + 0.12 * (max - min);

  const edge = Math.min(Math.max(EDGE * height, MIN_EDGE_PX), MAX_EDGE_PX);
  const maxRy = Math.min(height / 2 - edge, (MAX_RX * width) / OVAL_ASPECT);
  /** Half the oval's height for a face of that ratio, with the video at a scale of 1. */
  const unitRy = (OVAL_HEIGHT / 2) * (video.width < video.height ? video.width / FACE_ASPECT : video.height);

  const fitting = maxRy / (unitRy * cover);
  const scale = fitting >= least ? cover : Math.max(contain, (cover * fitting) / least);
  const ratio = Math.min(ideal, Math.max(least, maxRy / (unitRy * scale)));
  const ry = Math.max(1, Math.min(unitRy * scale * ratio, maxRy));
  const shown = { width: video.width * scale, height: video.height * scale };
  return {
    video: { left: (width - shown.width) / 2, top: (height - shown.height) / 2, ...shown },
    guide: { x: width / 2, y: height / 2, rx: ry * OVAL_ASPECT, ry },
  };
}

/**
 * What stands at the lower end in place of the preview: open measures with the buttons below them, and two rows of buttons
 * where the element is narrow. See panel-styles.ts and control-styles.ts.
 */
export function coveredHeight({ width, height }: Size, showsMeters: boolean): number {
  const isShort = height <= 480 && width / height >= 5 / 4;
  if (isShort) return 0;
  const buttons = width < 380 ? 130 : 0;
  return showsMeters && width < 1000 ? 0.28 * height + Math.max(buttons + 14, 104) : buttons;
}
