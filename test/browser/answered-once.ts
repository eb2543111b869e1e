import { expect } from 'vitest';
import type { WatchedPage } from './open-camera.ts';

/** Every frame that went out got exactly one feedback, in order; waits for those that are still on their way. */
export async function expectAnsweredOnce({ wire, record }: WatchedPage): Promise<void> {
  const answered = () =>
    record.eventsOf('framegate-feedback').map(({ detail }) => detail.feedback.seq as number);
  const sent = () => wire.sentOf('frame').map(({ message }) => message.seq);
  await expect.poll(() => sent().filter((seq) => !answered().includes(seq)), { timeout: 10_000 }).toEqual([]);
  expect(sent()).toEqual([...new Set(sent())].sort((one, other) => one - other));
  // Neither doubled nor out of order. A frame that a closing socket swallowed was answered, but never went out.
  expect(answered()).toEqual([...new Set(answered())].sort((one, other) => one - other));
}
