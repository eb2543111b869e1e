import type { Locator } from 'playwright-core';
import sharp from 'sharp';

/** Pixels of the page. */
export interface PageBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Of 255; less is what the browser draws a little otherwise without it: the edges of lines nearby. */
const VISIBLE_CHANGE = 40;

/** Where something that lies over a picture is to be seen, by what is missing without it; null where nowhere. */
export async function paintedBox(picture: Locator, painted: Locator): Promise<PageBox | null> {
  const look = async () =>
    sharp(await picture.screenshot({ animations: 'disabled' }))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
  const { data, info } = await look();
  await painted.evaluate((element: SVGElement) => element.style.setProperty('visibility', 'hidden'));
  const { data: without } = await look();
  await painted.evaluate((element: SVGElement) => element.style.removeProperty('visibility'));
  const xs: number[] = [];
  const ys: number[] = [];
  for (const [at, value] of data.entries()) {
    if (Math.abs(value - without[at]!) < VISIBLE_CHANGE) continue;
    const pixel = Math.floor(at / info.channels);
    xs.push(pixel % info.width);
    ys.push(Math.floor(pixel / info.width));
  }
  if (xs.length === 0) return null;
  const { x, y } = (await picture.boundingBox())!;
  const least = (values: readonly number[]) => values.reduce((one, other) => Math.min(one, other));
  const most = (values: readonly number[]) => values.reduce((one, other) => Math.max(one, other));
  return { left: x + least(xs), top: y + least(ys), right: x + most(xs) + 1, bottom: y + most(ys) + 1 };
}
