import { describe, expect, test } from 'vitest';
import { createPresenceGate, type PresenceGate } from '../../client/sdk/pump/presence-gate.ts';

interface Scene {
  /** What the check on the device says; null while it cannot. */
  readonly check: (atMs: number) => boolean | null;
  /** What the node says of a frame that was sent then. */
  readonly node: (sentAtMs: number) => boolean;
  readonly roundTripMs?: number;
}

const PICTURE_MS = 66;

/** Shows pictures to a gate for some seconds. */
function play(scene: Scene, durationMs: number, gate: PresenceGate = createPresenceGate()) {
  const { roundTripMs = 100 } = scene;
  const sent: { atMs: number; isSmall: boolean }[] = [];
  const looks: number[] = [];
  const absences: number[] = [];
  let answers: number[] = [];
  for (let atMs = 0; atMs < durationMs; atMs += PICTURE_MS) {
    for (const sentAtMs of answers.filter((at) => at + roundTripMs <= atMs)) {
      gate.judged(scene.node(sentAtMs), sentAtMs, atMs);
    }
    answers = answers.filter((at) => at + roundTripMs > atMs);
    const plan = gate.plan(atMs);
    let seen: boolean | null = null;
    if (plan.look) {
      looks.push(atMs);
      gate.asked();
      seen = scene.check(atMs);
      gate.looked(seen, atMs);
    }
    if (gate.isAbsent) absences.push(atMs);
    if (plan.send === 'no' || (plan.send === 'if-seen' && seen !== true)) continue;
    gate.sent(atMs);
    answers.push(atMs);
    sent.push({ atMs, isSmall: plan.most !== null });
  }
  return { sent, looks, absences };
}

const always = () => true;
const never = () => false;

test('with a face every picture goes, and the check is asked now and then', () => {
  const { sent, looks, absences } = play({ check: always, node: always }, 10_000);
  expect(sent.length).toBe(Math.ceil(10_000 / PICTURE_MS));
  expect(looks.length).toBeLessThan(30);
  expect(looks.length).toBeGreaterThan(15);
  expect(absences).toEqual([]);
});

test('an empty room is looked at five times a second, and a small frame goes every five seconds', () => {
  const { sent, looks, absences } = play({ check: never, node: never }, 30_000);
  expect(absences[0]).toBeLessThan(500);
  const held = sent.filter(({ atMs }) => atMs > 500);
  expect(held.length).toBeGreaterThanOrEqual(5);
  expect(held.length).toBeLessThanOrEqual(6);
  expect(held.every(({ isSmall }) => isSmall)).toBe(true);
  expect(looks.length).toBeGreaterThan(4.5 * 25);
  expect(looks.length).toBeLessThan(5.2 * 31);
});

test('who comes into view is sent with the picture on which they were seen', () => {
  const { sent } = play({ check: (atMs) => atMs > 2000, node: always }, 4000);
  const first = sent.find(({ atMs, isSmall }) => atMs > 600 && !isSmall)!;
  expect(first.atMs).toBeLessThan(2000 + 200 + 2 * PICTURE_MS);
  expect(sent.filter(({ atMs }) => atMs > first.atMs).length).toBeGreaterThan(20);
});

test('a face that is missed on one look holds nothing back', () => {
  const { sent, absences } = play(
    { check: (atMs) => atMs < 2000 || atMs > 2200, node: always, roundTripMs: 600 },
    5000,
  );
  expect(absences).toEqual([]);
  expect(sent.length).toBe(Math.ceil(5000 / PICTURE_MS));
});

describe.each([50, 600])('a check that is blind for this face, %i ms from the node', (roundTripMs) => {
  test('is overruled by the node', () => {
    const { sent, absences } = play({ check: never, node: always, roundTripMs }, 20_000);
    const early = absences.filter((atMs) => atMs > 3000);
    expect(early).toEqual([]);
    expect(sent.length).toBeGreaterThan((20_000 / PICTURE_MS) * 0.9);
  });

  test('is believed again when the person has gone', () => {
    const { sent } = play({ check: never, node: (atMs) => atMs < 10_000, roundTripMs }, 30_000);
    expect(sent.filter(({ atMs }) => atMs > 13_000).length).toBeLessThanOrEqual(5);
  });
});

test('a keep-alive frame on which the node sees someone opens the gate', () => {
  const { sent } = play({ check: never, node: (atMs) => atMs > 4000 }, 12_000);
  expect(sent.filter(({ atMs, isSmall }) => atMs > 7000 && !isSmall).length).toBeGreaterThan(60);
});

test('while the check cannot say, the node’s answers decide: everything, or two small frames a second', () => {
  const withFace = play({ check: () => null, node: always }, 10_000);
  expect(withFace.sent.length).toBe(Math.ceil(10_000 / PICTURE_MS));
  const empty = play({ check: () => null, node: never }, 30_000);
  const held = empty.sent.filter(({ atMs }) => atMs > 2000);
  expect(held.length).toBeLessThanOrEqual(2 * 28);
  expect(held.every(({ isSmall }) => isSmall)).toBe(true);
  expect(empty.absences).toEqual([]);
});

test('a check that fails later hides nobody', () => {
  const { sent } = play(
    { check: (atMs) => (atMs < 5000 ? false : null), node: always, roundTripMs: 100 },
    12_000,
  );
  expect(sent.filter(({ atMs }) => atMs > 6000).length).toBeGreaterThan(80);
});

test('is asked once at a time', () => {
  const gate = createPresenceGate();
  expect(gate.plan(0).look).toBe(true);
  gate.asked();
  expect(gate.plan(1000).look).toBe(false);
  gate.looked(true, 1000);
  expect(gate.plan(1400).look).toBe(true);
});
