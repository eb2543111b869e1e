import { describe, expect, it } from 'vitest';
import { findBodies } from '../../src/vision/body-finder.ts';
import type { BodyMask } from '../../src/vision/body-mask.ts';
import { HEAD_POINT_COUNT } from '../../src/vision/body-points.ts';
import type { PoseDetection } from '../../src/vision/pose-detector.ts';
import type { BodyPose } from '../../src/vision/pose-landmarks.ts';
import type { BodyTrack, Region, RgbImage } from '../../src/vision/types.ts';

const IMAGE: RgbImage = { data: new Uint8Array(0), width: 800, height: 600 };

/** Somebody around whose hips a region of this size lies. */
interface Person {
  x: number;
  y: number;
  sizePx: number;
  /** How far the pose lies off after the first look, as a share of the region. */
  readonly unrest?: number;
  readonly score?: number;
}

function person(x: number, y: number, sizePx: number, rest: Partial<Person> = {}): Person {
  return { x, y, sizePx, ...rest };
}

function poseOf(
  { x, y, sizePx, unrest = 0, score = 0.95 }: Person,
  look: number,
  withMask: boolean,
): BodyPose {
  const region: Region = { centerX: x, centerY: y, sizePx, rotationRad: 0 };
  const landmarks = new Float32Array(33 * 3);
  for (let i = 0; i < 33; i++) {
    const isHead = i < HEAD_POINT_COUNT;
    const shift = look % 2 === 0 ? 0 : unrest * sizePx;
    landmarks.set([x + shift, y + (isHead ? -0.3 : (i - HEAD_POINT_COUNT) / 60) * sizePx, 0], i * 3);
  }
  return {
    landmarks,
    worldLandmarks: new Float32Array(33 * 3),
    visibility: new Float32Array(33).fill(1),
    presence: new Float32Array(33).fill(1),
    score,
    nextRegion: region,
    mask: withMask ? { confidence: new Float32Array(0), region } : null,
  };
}

/** The head's box and the alignment points, as the detector gives them. */
function detectionOf({ x, y, sizePx }: Person): PoseDetection {
  const head = 0.12 * sizePx;
  return {
    score: 0.9,
    box: { x: x - head / 2, y: y - 0.3 * sizePx - head / 2, width: head, height: head },
    keypoints: [x, y, x, y - sizePx / 2.5, x, y, x, y],
  };
}

/** A detector that overlooks whoever is less than two thirds as large as the largest that is not painted over. */
function scene(people: Person[], { blind = false, withMask = false } = {}) {
  const calls = { detector: 0, landmarks: 0 };
  const detector = {
    detect: async (_: RgbImage, hidden: readonly BodyMask[] = []): Promise<PoseDetection[]> => {
      calls.detector++;
      const left = people
        .filter(({ x }) => !blind && !hidden.some(({ region }) => region.centerX === x))
        .toSorted((a, b) => b.sizePx - a.sizePx);
      return left.filter(({ sizePx }) => sizePx > 0.66 * left[0]!.sizePx).map(detectionOf);
    },
  };
  const landmarks = {
    find: async (_: RgbImage, region: Region, asked: boolean): Promise<BodyPose> => {
      const shown = people.find(
        ({ x, y }) => Math.hypot(x - region.centerX, y - region.centerY) < region.sizePx / 8,
      );
      return poseOf(shown ?? person(0, 0, 100, { score: 0.1 }), calls.landmarks++, asked);
    },
  };
  return {
    calls,
    look: (track: BodyTrack | null) => findBodies(IMAGE, track, { detector, landmarks, withMask }),
  };
}

describe('findBodies', () => {
  it('detects on the first picture, looks twice, looks for others, and gives a track', async () => {
    const { calls, look } = scene([person(300, 300, 400)]);
    const found = await look(null);
    expect(found).toMatchObject({ bodyCount: 1, secondBodyRatio: 0, track: { framesSinceDetect: 0 } });
    expect(found.body!.nextRegion).toEqual(found.track!.region);
    expect(calls).toEqual({ detector: 2, landmarks: 2 });
  });

  it('follows with one look a picture and lets the detector look every 15th', async () => {
    const { calls, look } = scene([person(300, 300, 400)]);
    let { track } = await look(null);
    calls.detector = calls.landmarks = 0;
    for (let frame = 0; frame < 30; frame++) ({ track } = await look(track));
    expect(calls).toEqual({ detector: 2, landmarks: 30 });
  });

  it.each([
    [true, true],
    [false, false],
  ])('gives the mask of a followed body where it is asked for (%s)', async (withMask, given) => {
    const { look } = scene([person(300, 300, 400)], { withMask });
    const { track } = await look(null);
    expect((await look(track)).body!.mask !== null).toBe(given);
  });

  it('takes the largest of several and says how large the second is', async () => {
    const found = await scene([person(200, 300, 300), person(600, 300, 400)]).look(null);
    expect(found.bodyCount).toBe(2);
    expect(found.secondBodyRatio).toBeCloseTo(0.5625, 6);
    expect(found.track!.region.centerX).toBe(600);
  });

  it('sees somebody whom the detector overlooks beside the larger one', async () => {
    const found = await scene([person(200, 300, 400), person(600, 300, 200)]).look(null);
    expect(found.bodyCount).toBe(2);
    expect(found.secondBodyRatio).toBeCloseTo(0.25, 6);
  });

  it('does not count who is less than a twentieth as large', async () => {
    const found = await scene([person(200, 300, 400), person(600, 300, 80)]).look(null);
    expect(found).toMatchObject({ bodyCount: 1, secondBodyRatio: 0 });
  });

  it('counts one body once, though two detections show it', async () => {
    const one = person(300, 300, 400);
    const detector = {
      detect: async () => [
        detectionOf(one),
        { ...detectionOf(one), box: { x: 0, y: 0, width: 9, height: 9 } },
      ],
    };
    let looks = 0;
    const landmarks = {
      find: async (_: RgbImage, __: Region, asked: boolean) => {
        looks++;
        return poseOf(one, 0, asked);
      },
    };
    expect(await findBodies(IMAGE, null, { detector, landmarks, withMask: false })).toMatchObject({
      bodyCount: 1,
    });
    // Twice at the body and, in both passes, at the stray detection; not again at the one that boxes its head.
    expect(looks).toBe(6);
  });

  it('notices a second person within 15 pictures and remembers it in between', async () => {
    const people = [person(200, 300, 300)];
    const { look } = scene(people);
    let { track } = await look(null);
    people.push(person(600, 300, 250));
    let frames = 0;
    for (; track!.bodyCount === 1 && frames < 40; frames++) ({ track } = await look(track));
    expect(frames).toBeLessThanOrEqual(15);
    expect((await look(track)).bodyCount).toBe(2);
  });

  it('changes over to a body that is much larger, not to one that is a little larger', async () => {
    for (const [size, changes] of [
      [320, false],
      [400, true],
    ] as const) {
      const people = [person(200, 300, 300)];
      const { look } = scene(people);
      let { track } = await look(null);
      people.push(person(600, 300, size));
      for (let frame = 0; frame < 16; frame++) ({ track } = await look(track));
      expect(track!.region.centerX > 500).toBe(changes);
      expect(track).toMatchObject({ bodyCount: 2 });
    }
  });

  it('recovers in the same picture when the landmarks have lost the body', async () => {
    const people = [person(150, 300, 300)];
    const { look } = scene(people);
    const { track } = await look(null);
    people[0] = person(650, 300, 300);
    expect((await look(track)).track!.region.centerX).toBe(650);
  });

  it('goes on following what only the detector does not see', async () => {
    const people = [person(300, 300, 400)];
    let { track } = await scene(people).look(null);
    const blind = scene(people, { blind: true });
    for (let frame = 0; frame < 20; frame++) ({ track } = await blind.look(track));
    expect(track).toMatchObject({ bodyCount: 1, secondBodyRatio: 0 });
  });

  it('does not look at what the detector itself is hardly sure of', async () => {
    const one = person(300, 300, 400);
    let looks = 0;
    const landmarks = {
      find: async (_: RgbImage, __: Region, asked: boolean) => {
        looks++;
        return poseOf(one, 0, asked);
      },
    };
    const detector = { detect: async () => [{ ...detectionOf(one), score: 0.59 }] };
    const found = await findBodies(IMAGE, null, { detector, landmarks, withMask: false });
    expect([found.bodyCount, looks]).toEqual([0, 0]);
  });

  it.each([
    ['the landmarks do not confirm', person(300, 300, 400, { score: 0.4 })],
    ['moves between two looks', person(300, 300, 400, { unrest: 0.05 })],
  ])('says nobody where what was detected %s', async (_, one) => {
    expect(await scene([one]).look(null)).toEqual({
      body: null,
      bodyCount: 0,
      secondBodyRatio: 0,
      track: null,
    });
  });

  it('does not mind points that are guessed anew because they are not in the picture', async () => {
    const one = person(300, 300, 400);
    let looks = 0;
    const landmarks = {
      find: async (_: RgbImage, __: Region, asked: boolean): Promise<BodyPose> => {
        const pose = poseOf(one, 0, asked);
        for (let i = 23; i < 33; i++) {
          pose.presence[i] = 0.01;
          pose.landmarks[i * 3] = looks * 300;
        }
        looks++;
        return pose;
      },
    };
    const detector = { detect: async () => [detectionOf(one)] };
    const found = await findBodies(IMAGE, null, { detector, landmarks, withMask: false });
    expect(found.bodyCount).toBe(1);
  });

  it('looks at no more than six detections, and counts no more than four', async () => {
    const crowd = Array.from({ length: 12 }, (_, i) => person(60 * i + 30, 300, 400));
    const { calls, look } = scene(crowd);
    expect((await look(null)).bodyCount).toBe(4);
    const nobody = scene(crowd.map((one) => ({ ...one, score: 0.2 })));
    expect((await nobody.look(null)).bodyCount).toBe(0);
    expect(nobody.calls.landmarks).toBe(6);
    expect(calls.landmarks).toBeLessThanOrEqual(12);
  });

  it.each([
    ['outside of the picture', { centerX: 2000, centerY: 100, sizePx: 400, rotationRad: 0 }],
    ['of no size', { centerX: 300, centerY: 300, sizePx: 0, rotationRad: 0 }],
    ['larger than anybody', { centerX: 300, centerY: 300, sizePx: 1e6, rotationRad: 0 }],
    ['not a number', { centerX: Number.NaN, centerY: 100, sizePx: 400, rotationRad: 0 }],
    ['turned by nothing', { centerX: 300, centerY: 300, sizePx: 400, rotationRad: Number.NaN }],
  ])('does not follow a track %s', async (_, region) => {
    const { calls, look } = scene([person(300, 300, 400)]);
    const found = await look({ region, framesSinceDetect: 0, bodyCount: 1, secondBodyRatio: 0 });
    expect(calls.detector).toBe(2);
    expect(found.body).not.toBeNull();
  });
});
