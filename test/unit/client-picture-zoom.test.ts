import { describe, expect, it } from 'vitest';
import { pictureZoom } from '../../client/page/result/picture-zoom.ts';

const IMAGE = { width: 640, height: 480 };

describe('the zoom of the picture', () => {
  it('puts the box into the middle, as large as all of it can be seen', () => {
    const { scale, left, top } = pictureZoom({ x: 240, y: 120, width: 200, height: 240 }, IMAGE);
    expect(scale).toBe(2);
    expect(left * IMAGE.width + scale * 340).toBeCloseTo(IMAGE.width / 2);
    expect(top * IMAGE.height + scale * 240).toBeCloseTo(IMAGE.height / 2);
  });

  it('shows nothing beside the picture, and enlarges no tiny box beyond what the still holds', () => {
    expect(pictureZoom({ x: -20, y: 470, width: 40, height: 40 }, IMAGE)).toEqual({
      scale: 3,
      left: 0,
      top: -2,
    });
  });

  it('leaves a picture that is no larger than the box', () => {
    const { scale, left, top } = pictureZoom({ x: -10, y: -10, width: 700, height: 500 }, IMAGE);
    expect([scale, Math.abs(left), Math.abs(top)]).toEqual([1, 0, 0]);
  });
});
