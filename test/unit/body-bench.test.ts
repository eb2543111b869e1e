import { describe, expect, it } from 'vitest';
import { DISTANCES_CM, figureScenes } from '../../loadtest/body/rendered/figure-scenes.ts';
import { madeUpShapes } from '../../loadtest/body/rendered/figure-shapes.ts';
import type { FigureOutcome } from '../../loadtest/body/rendered/measure-figure.ts';
import { figuresOf } from '../../loadtest/body/rendered/rendered-figures.ts';

describe('the rendered bodies of the benchmark', () => {
  const shapes = madeUpShapes(60);

  it('go from 1.5 to 2.0 m, and from slight to large at every stature', () => {
    const statures = shapes.map(({ body }) => body.statureCm);
    expect([Math.min(...statures), Math.max(...statures)]).toEqual([150, 200]);
    const builds = shapes.map(({ body }) => body.waist!.breadthCm / body.statureCm);
    for (const half of [builds.slice(0, 30), builds.slice(30)]) {
      expect(Math.min(...half)).toBeLessThan(0.16);
      expect(Math.max(...half)).toBeGreaterThan(0.21);
    }
  });

  it('hold cards that are tilted by up to 25°, and stand at two distances', () => {
    const tilts = shapes.map(({ body }, i) => {
      const { front, side } = figureScenes(body, DISTANCES_CM[i % 2]!, i);
      expect(side.card).toBeNull();
      expect(Math.abs(side.stance.yawDeg)).toBe(90);
      expect(front.camera.distanceCm).toBe(DISTANCES_CM[i % 2]);
      return Math.hypot(front.card!.tiltXDeg, front.card!.tiltYDeg);
    });
    expect(Math.max(...tilts)).toBeLessThanOrEqual(25);
    expect(Math.max(...tilts)).toBeGreaterThan(22);
  });

  it('are the same for the same seed, and others for another', () => {
    const { body } = shapes[0]!;
    expect(figureScenes(body, 265, 7)).toEqual(figureScenes(body, 265, 7));
    expect(figureScenes(body, 265, 7)).not.toEqual(figureScenes(body, 265, 8));
  });
});

describe('the figures of rendered bodies', () => {
  const outcome = (scaleShare: number | null, isCardFound: boolean): FigureOutcome => ({
    shape: madeUpShapes(2)[0]!,
    isCardFound,
    refusal: scaleShare === null ? 'no scale' : null,
    scaleShare,
    statedScaleShare: null,
    statureShare: scaleShare,
    widths:
      scaleShare === null
        ? []
        : [{ level: 'waist', kind: 'depth', seenShare: 0.001, measuredShare: -scaleShare }],
    sizes: null,
    ms: 100,
    pictures: {
      front: { data: new Uint8Array(0), width: 0, height: 0 },
      side: { data: new Uint8Array(0), width: 0, height: 0 },
    },
    evidence: [],
  });

  it('are medians and worst errors without their sign, and count what was refused', () => {
    const figures = figuresOf([
      outcome(-0.03, true),
      outcome(0.01, true),
      outcome(0.02, true),
      outcome(null, false),
    ]);
    expect(figures.renderedScaleErrorPct).toEqual({ value: 2, unit: '%, median', goal: 1 });
    expect(figures.renderedScaleErrorMaxPct!.value).toBe(3);
    expect(figures.renderedWidthErrorPct).toMatchObject({ value: 2, goal: 1.5 });
    expect(figures.renderedCardFoundShare).toMatchObject({ value: 0.75, goal: 0.98 });
    expect(figures.renderedRefused!.value).toBe(1);
    expect(figures).not.toHaveProperty('renderedCircumferenceMaeMm');
    expect(figures).not.toHaveProperty('renderedChestBreadthBiasPct');
  });
});
