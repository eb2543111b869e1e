import { describe, expect, it } from 'vitest';
import type { FaceDetection } from '../../src/vision/face-detections.ts';
import { findFaces } from '../../src/vision/face-finder.ts';
import type { Box, Region, RgbImage, TrackState } from '../../src/vision/types.ts';

const IMAGE: RgbImage = { data: new Uint8Array(0), width: 400, height: 300 };

/** A scene of square faces: the detector sees all of them, the mesh the one whose middle its region shows. */
function scene(faces: readonly Box[], blindDetector = false) {
  const calls = { detector: 0, mesh: 0 };
  const detector = {
    detect: async (): Promise<FaceDetection[]> => {
      calls.detector++;
      const seen = blindDetector ? [] : faces;
      return seen
        .toSorted((a, b) => b.width - a.width)
        .map((box) => ({ score: 0.9, box, keypoints: Array(12).fill(0) as number[] }));
    },
  };
  const mesh = {
    find: async (_: RgbImage, region: Region) => {
      calls.mesh++;
      const shown = faces.find((box) => {
        const [x, y] = [box.x + box.width / 2 - region.centerX, box.y + box.height / 2 - region.centerY];
        return Math.hypot(x, y) < region.sizePx / 4;
      });
      return { landmarks: landmarksIn(shown ?? face(0, 0, 10)), score: shown === undefined ? 0.1 : 0.95 };
    },
  };
  return { calls, look: (track: TrackState | null) => findFaces(IMAGE, track, detector, mesh) };
}

function face(x: number, y: number, size: number): Box {
  return { x, y, width: size, height: size };
}

function landmarksIn({ x, y, width, height }: Box): Float32Array {
  const landmarks = new Float32Array(468 * 3);
  for (let i = 0; i < 468; i++)
    landmarks.set([x + (i / 467) * width, y + ((i * 7) % 468) * (height / 467), 0], i * 3);
  return landmarks;
}

describe('findFaces', () => {
  it('detects on the first frame, looks twice, and gives a track', async () => {
    const { calls, look } = scene([face(100, 80, 100)]);
    const found = await look(null);
    expect(found.mesh).not.toBeNull();
    expect(found).toMatchObject({ faceCount: 1, secondFaceRatio: 0, track: { framesSinceDetect: 0 } });
    expect(calls).toEqual({ detector: 1, mesh: 2 });
  });

  it('follows with one mesh a frame and lets the detector look every 15th frame', async () => {
    const { calls, look } = scene([face(100, 80, 100)]);
    let { track } = await look(null);
    calls.detector = calls.mesh = 0;
    for (let frame = 0; frame < 30; frame++) ({ track } = await look(track));
    expect(calls).toEqual({ detector: 2, mesh: 30 });
  });

  it('takes the largest of several and says how large the second is', async () => {
    const found = await scene([face(20, 20, 50), face(200, 80, 100)]).look(null);
    expect(found.faceCount).toBe(2);
    expect(found.secondFaceRatio).toBeCloseTo(0.25, 6);
    expect(found.track!.region.centerX).toBeCloseTo(250, 3);
  });

  it('notices a second face within 15 frames and remembers it in between', async () => {
    const faces = [face(100, 80, 100)];
    const { look } = scene(faces);
    let { track } = await look(null);
    faces.push(face(300, 20, 50));
    let frames = 0;
    for (; track!.faceCount === 1 && frames < 40; frames++) ({ track } = await look(track));
    expect(frames).toBeLessThanOrEqual(15);
    expect((await look(track)).faceCount).toBe(2);
  });

  it('changes over to a face that is much larger, not to one that is a little larger', async () => {
    for (const [size, changes] of [
      [110, false],
      [150, true],
    ] as const) {
      const faces = [face(20, 80, 100)];
      const { look } = scene(faces);
      let { track } = await look(null);
      faces.push(face(230, 80, size));
      for (let frame = 0; frame < 16; frame++) ({ track } = await look(track));
      expect(track!.region.centerX > 200).toBe(changes);
    }
  });

  it('recovers in the same frame when the mesh has lost the face', async () => {
    const faces = [face(20, 80, 100)];
    const { calls, look } = scene(faces);
    const { track } = await look(null);
    faces[0] = face(280, 80, 100);
    calls.detector = 0;
    const found = await look(track);
    expect(calls.detector).toBe(1);
    expect(found.track!.region.centerX).toBeCloseTo(330, 3);
  });

  it('goes on following what only the detector does not see', async () => {
    const faces = [face(100, 80, 100)];
    let { track } = await scene(faces).look(null);
    const blind = scene(faces, true);
    for (let frame = 0; frame < 20; frame++) ({ track } = await blind.look(track));
    expect(track).toMatchObject({ faceCount: 1, secondFaceRatio: 0 });
  });

  it('says no face where the mesh confirms none of the detections', async () => {
    const liar = {
      detect: async () => [{ score: 0.6, box: face(10, 10, 40), keypoints: Array(12).fill(0) as number[] }],
    };
    const mesh = { find: async () => ({ landmarks: new Float32Array(468 * 3), score: 0.2 }) };
    expect(await findFaces(IMAGE, null, liar, mesh)).toEqual({
      mesh: null,
      faceCount: 0,
      secondFaceRatio: 0,
      track: null,
    });
  });

  it.each([
    ['outside of the picture', { centerX: 1000, centerY: 100, sizePx: 100, rotationRad: 0 }],
    ['of no size', { centerX: 100, centerY: 100, sizePx: 0, rotationRad: 0 }],
    ['not a number', { centerX: Number.NaN, centerY: 100, sizePx: 100, rotationRad: 0 }],
    ['turned by nothing', { centerX: 100, centerY: 100, sizePx: 100, rotationRad: Number.NaN }],
  ])('does not follow a track %s', async (_, region) => {
    const { calls, look } = scene([face(100, 80, 100)]);
    const found = await look({ region, framesSinceDetect: 0, faceCount: 1, secondFaceRatio: 0 });
    expect(calls.detector).toBe(1);
    expect(found.mesh).not.toBeNull();
  });
});
