import { expect, test } from 'vitest';
import { resultRow } from '../../src/store/rows/result-rows.ts';
import { resultRecord } from '../support/bus-records.ts';

test('a stored result of an upload has the ids of its caller, one of a capture has none', () => {
  const correlation = { requestId: 'r1', analysisSessionId: 's1', frameSeq: null };
  const ids = { job_id: 'j1', request_id: 'r1', analysis_session_id: 's1', frame_seq: '' };
  expect(resultRow(resultRecord('j1', { correlation }))).toMatchObject(ids);
  const none = { job_id: '', request_id: '', analysis_session_id: '', frame_seq: '' };
  expect(resultRow(resultRecord('c1'))).toMatchObject(none);
});

test('a stored result has all of it but the shape of the face', () => {
  const result = { face: { yawDeg: 3, landmarks: [1.5, 2.5] }, verdict: 'pass' };
  const row = resultRow(resultRecord('c1', { result })) as { result: string };
  expect(JSON.parse(row.result)).toEqual({ face: { yawDeg: 3 }, verdict: 'pass' });
});

test('nor are contours kept that way; how large they are is', () => {
  const outline = [[1, 2]];
  const region = { id: 'lips', areaPx: 40 };
  const result = {
    svg: 'PHN2Zz4=',
    mask_contours: { lips: outline },
    regions: [{ ...region, parts: [outline] }],
  };
  const row = resultRow(resultRecord('c1', { result })) as { result: string };
  expect(JSON.parse(row.result)).toEqual({ regions: [region] });
});

test('nor are pictures of where a concern shows', () => {
  const box = { x: 1, y: 2, width: 3, height: 4 };
  const result = { masks: [{ id: 'redness', box, pngBase64: 'iVBORw0KGgo=' }] };
  const row = resultRow(resultRecord('c1', { result })) as { result: string };
  expect(JSON.parse(row.result)).toEqual({ masks: [{ id: 'redness', box }] });
});
