import { expect, test } from 'vitest';
import { demoSequence } from '../../src/synthetic/demo-sequence.ts';

test('the phases come in order and end with a good face that is held', () => {
  const frames = [...demoSequence({ fps: 10, holdMs: 2500 })];
  const phases = frames.map((frame) => frame.phase).filter((phase, at, all) => phase !== all[at - 1]);
  expect(phases).toEqual(['empty-room', 'too-far', 'off-centre', 'turned', 'dark', 'side-light', 'good']);
  expect(frames.every((frame, at) => frame.timeMs === at * 100)).toBe(true);
  expect(frames[0]?.scene.face).toBeNull();
  const held = frames.filter((frame) => frame.phase === 'good').slice(-25);
  const yaws = held.map((frame) => frame.scene.face!.yawDeg);
  // It trembles, but stays.
  expect(Math.max(...yaws) - Math.min(...yaws)).toBeGreaterThan(0.05);
  expect(Math.max(...yaws.map(Math.abs))).toBeLessThan(2);
  expect(held.every((frame) => frame.scene.face!.eyesOpen === 1)).toBe(true);
});

test('nothing jumps once somebody is there', () => {
  let before: number | undefined;
  for (const { scene } of demoSequence({ fps: 30 })) {
    const x = scene.face?.x;
    if (x !== undefined && before !== undefined) expect(Math.abs(x - before)).toBeLessThan(0.08);
    before = x;
  }
});

test('the seed decides who comes; the same options give the same scenes', () => {
  const first = [...demoSequence({ fps: 4, seed: 3, width: 640, height: 480 })];
  expect([...demoSequence({ fps: 4, seed: 3, width: 640, height: 480 })]).toEqual(first);
  const other = [...demoSequence({ fps: 4, seed: 4 })].at(-1)!.scene;
  expect(other.face?.skin).not.toEqual(first.at(-1)?.scene.face?.skin);
  expect(first[0]?.scene).toMatchObject({ width: 640, height: 480 });
  expect(other).toMatchObject({ width: 512, height: 384 });
});
