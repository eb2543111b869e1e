import sharp from 'sharp';
import type { Box } from '../../../vision/types.ts';
import { type Placement, toSurface } from './resample-face.ts';

/** Of the mask's longer side: enough to be laid over a face. */
const EDGE_PX = 192;

/** The surface's part of the still as an upright box, and the mask in it as a grey PNG. */
export async function encodeMask(
  mask: Float32Array,
  placement: Placement,
  image: { readonly width: number; readonly height: number },
): Promise<{ box: Box; pngBase64: string }> {
  const box = boxOf(placement, image);
  const scale = EDGE_PX / Math.max(box.width, box.height);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const grey = Buffer.alloc(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = toSurface(
        placement,
        box.x + ((column + 0.5) / width) * box.width,
        box.y + ((row + 0.5) / height) * box.height,
      );
      const [x, y] = [Math.floor(at.x), Math.floor(at.y)];
      if (x < 0 || y < 0 || x >= placement.width || y >= placement.height) continue;
      grey[row * width + column] = Math.round(255 * mask[y * placement.width + x]!);
    }
  }
  const png = await sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  return { box, pngBase64: png.toString('base64') };
}

function boxOf(placement: Placement, image: { readonly width: number; readonly height: number }): Box {
  const { originX, originY, stepX, stepY, width, height } = placement;
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ].map(([x, y]) => ({ x: originX + x! * stepX - y! * stepY, y: originY + x! * stepY + y! * stepX }));
  const within = (value: number, edge: number) => Math.min(edge, Math.max(0, value));
  const xs = corners.map(({ x }) => within(x, image.width));
  const ys = corners.map(({ y }) => within(y, image.height));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}
