import { type Cv, withMats } from '../open-cv.ts';
import type { Box, RgbImage } from '../types.ts';
import type { Quad } from './card-geometry.ts';
import { contourQuads } from './contour-quads.ts';

/** Longer side of what is searched; a larger picture is searched smaller and measured at its full size. */
const MAX_WORKING_EDGE_PX = 1280;
/** A card's face is bright among what is around it, at one of these levels of sRGB. */
const LEVELS = [48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240];
/** Of the working picture's longer side: what "around" means for the adaptive threshold. Odd, in pixels, see below. */
const NEIGHBOURHOODS = [0.04, 0.12];
const ADAPTIVE_STEP = -5;
const SMOOTHING_SIGMA_PX = 0.8;
/** Of a candidate, working pixels: a card of 40 × 25 px seen from the side. */
const MIN_SIDE_PX = 12;

/**
 * Quads that may be a card, in pixels of the picture, roughly placed. They come from the outlines of what is brighter
 * than each of many levels, of adaptive thresholds and of edges: one of them cuts the card out of nearly any background.
 * Luminance, and blue, in which skin is far darker than a white card.
 */
export function cardCandidates(cv: Cv, image: RgbImage, box: Box): Quad[] {
  const scale = Math.min(1, MAX_WORKING_EDGE_PX / Math.max(box.width, box.height));
  return withMats((keep) => {
    const quads: Quad[] = [];
    const rgb = keep(new cv.Mat(box.height, box.width, cv.CV_8UC3));
    for (let row = 0; row < box.height; row++) {
      const from = ((box.y + row) * image.width + box.x) * 3;
      rgb.data.set(image.data.subarray(from, from + box.width * 3), row * box.width * 3);
    }
    const working = keep(new cv.Mat());
    cv.resize(rgb, working, new cv.Size(0, 0), scale, scale, cv.INTER_AREA);
    const grey = keep(new cv.Mat());
    cv.cvtColor(working, grey, cv.COLOR_RGB2GRAY);
    const blue = keep(new cv.Mat(working.rows, working.cols, cv.CV_8UC1));
    const [values, colours] = [blue.data, working.data];
    for (let at = 0; at < values.length; at++) values[at] = colours[at * 3 + 2]!;
    const mask = keep(new cv.Mat());
    const edgePx = Math.max(working.rows, working.cols);
    const collect = () => quads.push(...maskQuads(cv, mask));

    for (const channel of [grey, blue]) {
      cv.GaussianBlur(channel, channel, new cv.Size(0, 0), SMOOTHING_SIGMA_PX);
      for (const level of LEVELS) {
        cv.threshold(channel, mask, level, 255, cv.THRESH_BINARY);
        collect();
      }
      for (const share of NEIGHBOURHOODS) {
        const size = Math.max(15, Math.round(share * edgePx)) | 1;
        cv.adaptiveThreshold(
          channel,
          mask,
          255,
          cv.ADAPTIVE_THRESH_MEAN_C,
          cv.THRESH_BINARY,
          size,
          ADAPTIVE_STEP,
        );
        collect();
      }
    }
    cv.Canny(grey, mask, 30, 80);
    collect();
    const toPicture = ({ x, y }: { x: number; y: number }) => ({
      x: box.x + (x + 0.5) / scale,
      y: box.y + (y + 0.5) / scale,
    });
    return quads.map(([a, b, c, d]): Quad => [toPicture(a), toPicture(b), toPicture(c), toPicture(d)]);
  });
}

function maskQuads(cv: Cv, mask: InstanceType<Cv['Mat']>): Quad[] {
  return withMats((keep) => {
    const contours = keep(new cv.MatVector());
    const hierarchy = keep(new cv.Mat());
    cv.findContours(mask, contours, hierarchy, cv.RETR_LIST, cv.CHAIN_APPROX_NONE);
    const quads: Quad[] = [];
    for (let i = 0; i < contours.size(); i++) {
      const contour = contours.get(i);
      try {
        if (contour.rows >= MIN_SIDE_PX * 4) quads.push(...contourQuads(cv, contour, MIN_SIDE_PX));
      } finally {
        contour.delete();
      }
    }
    return quads;
  });
}
