import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Effect } from '../../src/edge/session/effects.ts';
import { analyseFrame, analyseStill, publish } from '../../src/edge/session-work.ts';
import type { CaptureRecord } from '../../src/protocol/records.ts';
import type { FrameJob } from '../../src/vision/types.ts';
import { captureRecord } from '../support/bus-records.ts';
import { TEST_SETTINGS } from '../support/session-script.ts';
import { resultOf } from '../support/stub-coach.ts';

test('CA14 a capture is handed over without what its camera wrote beside it, and its record speaks of that', async () => {
  const place = 'GPS-52.5200-13.4050';
  const still = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#a86' } })
    .jpeg()
    .withMetadata({ orientation: 6, exif: { IFD0: { Copyright: place } } })
    .toBuffer();
  expect(still.includes(place)).toBe(true);
  const published: { record: CaptureRecord; data: Uint8Array }[] = [];
  const order = { type: 'publish', draft: captureRecord('c1'), data: still } as Extract<
    Effect,
    { type: 'publish' }
  >;
  const event = await publish(order, {
    publisher: {
      async publish(record, data) {
        published.push({ record, data });
        return { stream: 'CAPTURES', streamSeq: 1 };
      },
    },
  });
  expect(event).toMatchObject({ type: 'publish-acked', captureId: 'c1' });
  const { record, data } = published[0]!;
  expect(Buffer.from(data).includes(place)).toBe(false);
  expect((await sharp(data).metadata()).orientation).toBe(6);
  expect(record.imageBytes).toBe(data.length);
  expect(record.imageSha256).toBe(createHash('sha256').update(data).digest('hex'));
});

test('FR7 the analyser is told what to look for, in frames and stills', async () => {
  const jobs: FrameJob[] = [];
  const deps = {
    settings: TEST_SETTINGS,
    analyser: {
      concurrency: 1,
      threads: 1,
      async analyse(job: FrameJob) {
        jobs.push(job);
        return resultOf('pass');
      },
      close: async () => {},
    },
  };
  const declared = { format: 'jpeg', width: 4, height: 4 } as const;
  const job = { data: Uint8Array.of(1), declared, track: null };
  const frame = { ...job, subject: 'body' } as const;
  const still = { ...job, subject: 'card' } as const;
  await analyseFrame({ type: 'analyse-frame', seq: 1, waitedMs: 0, job: frame }, deps);
  await analyseStill({ type: 'analyse-still', captureId: 'c', job: still }, deps);
  expect(jobs.map(({ subject }) => subject)).toEqual(['body', 'card']);
});
