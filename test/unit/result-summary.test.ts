import { expect, test } from 'vitest';
import { resultSummary } from '../../src/cli/stream/result-summary.ts';

test('a failed analysis says why', () => {
  const result = { code: 'analysis-failed', message: 'no face was found in the still' };
  expect(resultSummary({ status: 'failed', result })).toBe('failed: no face was found in the still');
});

test('of a result that is not known it shows the first plain values, and never an object', () => {
  const result = { schema: 'a/1', score: 71.2345, box: { x: 1 }, label: 'good', list: [1], b: 2, c: 3, d: 4 };
  expect(resultSummary({ status: 'done', result })).toBe('score 71.23, label good, b 2, c 3');
});

test('of skin it says the score, how much could be read, and what is weakest', () => {
  const reading = (id: string, score: number | null) => ({
    id,
    score,
    raw: null,
    confidence: 1,
    doubts: [],
    regions: [],
  });
  const result = {
    schema: 'framegate.skin/1',
    provider: 'local',
    image: { width: 100, height: 100 },
    overallScore: 71.6,
    concerns: [
      reading('wrinkle', 90),
      reading('pore', 55.2),
      reading('acne', null),
      reading('redness', 40),
      reading('texture', 80),
    ],
    masks: [],
    skinType: { name: 'oily', sensitive: true, confidence: 1 },
    skinAge: null,
    notice: 'no diagnosis',
  };
  expect(resultSummary({ status: 'done', result })).toBe(
    'score 72 of 100; 4 of 5 concerns read; weakest: redness 40, pore 55, texture 80; oily, sensitive',
  );
  expect(resultSummary({ status: 'done', result: { ...result, overallScore: null, concerns: [] } })).toBe(
    'could not be assessed; 0 of 0 concerns read; oily, sensitive',
  );
});

test('of contours it says how many regions there are and what they are drawn on', () => {
  const region = { id: 'nose', areaPx: 10, perimeterPx: 12, parts: [{ outer: [[0, 0]], holes: [] }] };
  const result = {
    schema: 'framegate.face-contours/1',
    image: { width: 100, height: 100 },
    source: 'mesh',
    rotationDeg: -1.26,
    alignedBy: 'mesh',
    crop: { width: 80, height: 90, matrix: [1, 0, 0, 1, 0, 0] },
    svg: '',
    mask_contours: {},
    regions: [region, { ...region, id: 'lips' }],
  };
  expect(resultSummary({ status: 'done', result })).toBe('2 regions; turned by -1.3°; drawn on 80 × 90 px');
});

test('of a view of a body it says what is wrong with it, and what it was the last one of', () => {
  const result = {
    view: 'side',
    width: 900,
    height: 1600,
    problems: [{ code: 'arms-too-close', blocks: false, message: 'the arms hide the waist' }],
    cardFound: true,
    cardCorners: [1, 1, 2, 1, 2, 2, 1, 2],
    lightingOk: true,
    landmarks: null,
    visibility: null,
    collected: true,
    notCollected: null,
    complete: true,
    jobId: 'job-7',
  };
  expect(resultSummary({ status: 'done', result })).toBe(
    'view side; with a card; the arms hide the waist; collected; the last view: job job-7 measures',
  );
});
