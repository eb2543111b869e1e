import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DwellFrame,
  type DwellState,
  FEWEST_PASSING_FRAMES,
  initialDwellState,
  LAPSE_TOLERANCE_MS,
  LONGEST_GAP_MS,
  rearmDwell,
  stepDwell,
} from '../../src/guidance/dwell.ts';

const DWELL_MS = 800;

/** Plays frames given as [passes, elapsedMs, quality?] and gives each step's outcome. */
function play(
  frames: readonly (readonly [
    passes: boolean,
    elapsedMs: number,
    quality?: number,
    subjectThere?: boolean,
  ])[],
  start: DwellState = initialDwellState,
) {
  let state = start;
  return frames.map(([passes, elapsedMs, quality = 80, subjectThere = true], i) => {
    const frame: DwellFrame = { seq: i + 1, passes, subjectThere, quality, elapsedMs };
    const step = stepDwell(state, frame, DWELL_MS);
    state = step.state;
    return step;
  });
}

const passing = (count: number, elapsedMs = 100) =>
  Array.from({ length: count }, () => [true, elapsedMs] as const);

describe('dwell', () => {
  it('begins at nothing with the first passing frame, whatever was before', () => {
    expect(play([[true, 500]])[0]).toMatchObject({ progress: 0, bestSeq: 1, captureDue: false });
  });

  it('is due once, when the verdict has held for the time', () => {
    const steps = play(passing(12));
    expect(steps.map(({ captureDue }) => captureDue).indexOf(true)).toBe(8);
    expect(steps.filter(({ captureDue }) => captureDue)).toHaveLength(1);
    expect(steps[4]!.progress).toBeCloseTo(0.5);
    expect(steps[11]!.progress).toBe(1);
  });

  it('wants three passing frames however long they took', () => {
    const steps = play(passing(4, 590));
    expect(steps.map(({ captureDue }) => captureDue)).toEqual([false, false, true, false]);
    expect(FEWEST_PASSING_FRAMES).toBe(3);
  });

  it('keeps the best frame, the first of equals', () => {
    const steps = play([
      [true, 0, 70],
      [true, 100, 90],
      [true, 100, 90],
      [true, 100, 60],
    ]);
    expect(steps.map(({ bestSeq }) => bestSeq)).toEqual([1, 2, 2, 2]);
  });

  it('forgives a blink, without counting its time', () => {
    const steps = play([...passing(4), [false, 100], [false, 100], [true, 100], ...passing(1)]);
    expect(steps[3]!.state.heldMs).toBe(300);
    expect(steps[5]!.progress).toBeCloseTo(300 / DWELL_MS);
    expect(steps[6]!.state.heldMs).toBe(300);
    expect(steps[7]!.state.heldMs).toBe(400);
  });

  it('is never due on a frame that fails', () => {
    const steps = play([...passing(8), [false, 100], [true, 100], [true, 100]]);
    expect(steps.map(({ captureDue }) => captureDue).indexOf(true)).toBe(10);
  });

  it('is broken by a longer lapse', () => {
    const steps = play([...passing(4), [false, 100], [false, 100], [false, LAPSE_TOLERANCE_MS]]);
    expect(steps.at(-1)).toMatchObject({ progress: 0, bestSeq: null });
  });

  it('is broken at once when the person is gone or not alone', () => {
    const steps = play([...passing(4), [false, 50, 0, false]]);
    expect(steps.at(-1)).toMatchObject({ progress: 0, bestSeq: null });
  });

  it('goes on over skipped frames but not over a gap', () => {
    expect(play([...passing(3), [true, LONGEST_GAP_MS]]).at(-1)!.state.heldMs).toBe(200 + LONGEST_GAP_MS);
    const steps = play([...passing(6), [true, LONGEST_GAP_MS + 1, 10]]);
    expect(steps.at(-1)!.state).toMatchObject({ heldMs: 0, passingFrames: 1, bestSeq: 7, bestQuality: 10 });
  });

  it('is due again only after it was rearmed, with a dwell of its own', () => {
    const announced = play(passing(9)).at(-1)!.state;
    const broken = play([[false, 700]], announced).at(-1)!.state;
    expect(play(passing(20), broken).some(({ captureDue }) => captureDue)).toBe(false);
    const again = play(passing(12), rearmDwell());
    expect(again.map(({ captureDue }) => captureDue).indexOf(true)).toBe(8);
  });

  it('announces only after enough held time and names a frame that passed', () => {
    const frame = fc.tuple(
      fc.boolean(),
      fc.integer({ min: 0, max: 900 }),
      fc.integer({ min: 0, max: 100 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 80 }), (frames) => {
        const steps = play(frames);
        steps.forEach((step, i) => {
          expect(step.progress).toBeGreaterThanOrEqual(0);
          expect(step.progress).toBeLessThanOrEqual(1);
          if (step.bestSeq !== null) expect(frames[step.bestSeq - 1]![0]).toBe(true);
          if (!step.captureDue) return;
          expect(frames[i]![0]).toBe(true);
          expect(step.state.heldMs).toBeGreaterThanOrEqual(DWELL_MS);
          expect(step.state.passingFrames).toBeGreaterThanOrEqual(FEWEST_PASSING_FRAMES);
        });
        expect(steps.filter(({ captureDue }) => captureDue).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
