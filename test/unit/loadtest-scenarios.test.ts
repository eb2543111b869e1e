import { describe, expect, test } from 'vitest';
import { searchCapacity, type Trial } from '../../loadtest/scenarios/find-capacity.ts';
import { parseLoadOptions } from '../../loadtest/scenarios/load-options.ts';
import { secondsUntilTamed } from '../../loadtest/scenarios/overload.ts';
import { mixedPlans, plainPlans } from '../../loadtest/scenarios/session-plans.ts';
import { ensureOpenFiles } from '../../loadtest/scenarios/start-target.ts';

describe('the search for the capacity', () => {
  /** Quick up to its limit, then paced down and late. */
  const nodeOf = (limitFps: number, tried: number[]) => (wishedFps: number) => {
    tried.push(wishedFps);
    const isTooMuch = wishedFps > limitFps;
    return Promise.resolve<Trial>({
      wishedFps,
      answeredFps: Math.min(wishedFps, limitFps),
      p99Ms: isTooMuch ? 900 : 40,
      skippedShare: 0,
    });
  };

  test.each([20, 100, 287, 3000])('finds %i frames/s', async (limitFps) => {
    const tried: number[] = [];
    const found = await searchCapacity(100, { p99Ms: 200 }, nodeOf(limitFps, tried));
    expect(found!.wishedFps).toBeLessThanOrEqual(limitFps);
    expect(found!.wishedFps).toBeGreaterThan(0.95 * limitFps);
    expect(tried.length).toBeLessThanOrEqual(14);
  });

  test('what pace takes away was not done', async () => {
    const found = await searchCapacity(100, { p99Ms: 200 }, (wishedFps) =>
      Promise.resolve({ wishedFps, answeredFps: Math.min(wishedFps, 150), p99Ms: 20, skippedShare: 0 }),
    );
    expect(found!.wishedFps).toBeLessThan(160);
  });

  test('gives up where nothing meets the target, and stops when it is told to', async () => {
    const tried: number[] = [];
    expect(await searchCapacity(100, { p99Ms: 200 }, nodeOf(0, tried))).toBeNull();
    expect(tried).toHaveLength(14);
    expect(await searchCapacity(100, { p99Ms: 200 }, () => Promise.resolve(null))).toBeNull();
  });
});

test('the offered rate is tamed when it never rises above the limit again', () => {
  const seconds = [90, 300, 150, 100, 130, 100, 100].map((offeredFps, index) => ({
    atMs: index * 1000,
    offeredFps,
  }));
  expect(secondsUntilTamed(seconds, 1000, 120)).toBe(4);
  expect(secondsUntilTamed(seconds, 1500, 140)).toBe(1.5);
  expect(secondsUntilTamed(seconds, 5000, 120)).toBe(0);
});

test('the mix has pictures, links, profiles and wishes of every kind, the same each time', () => {
  const wish = { sessions: 60, fps: 10, urls: ['http://a', 'http://b'] };
  const plans = mixedPlans(wish, ['swaying', 'aside', 'steady', 'photograph-1', 'photograph-2']);
  expect(plans).toEqual(mixedPlans(wish, ['swaying', 'aside', 'steady', 'photograph-1', 'photograph-2']));
  const kinds = (of: (plan: (typeof plans)[number]) => unknown) => new Set(plans.map(of)).size;
  expect(kinds(({ pictures }) => pictures)).toBe(4);
  expect(kinds(({ profile }) => profile)).toBe(5);
  expect(kinds(({ link }) => link?.name)).toBe(4);
  expect(kinds(({ url }) => url)).toBe(2);
  expect(kinds(({ fps }) => fps)).toBe(3);
  expect(kinds(({ capture }) => capture?.by)).toBe(3);
});

test('more sessions than one address has ports for come from several', () => {
  const plans = plainPlans({ sessions: 45_000, fps: 0, urls: ['http://a'] });
  expect([plans[0], plans[20_000], plans[44_999]].map((plan) => plan!.localAddress)).toEqual([
    undefined,
    '127.0.0.2',
    '127.0.0.3',
  ]);
});

test('too few open files are named before anything starts', () => {
  expect(() => ensureOpenFiles(10_000, 1024)).toThrow('ulimit -n 11000');
  expect(() => ensureOpenFiles(10_000, 20_000)).not.toThrow();
});

test('the command says what is wrong with its options', () => {
  expect(parseLoadOptions(['--url', 'ws://host:1/', '--find-capacity'])).toMatchObject({
    scenario: 'steady',
    urls: ['http://host:1'],
    findCapacity: true,
    sessions: null,
  });
  expect(() => parseLoadOptions(['--sessions', '2.5'])).toThrow('--sessions is a whole number');
  expect(() => parseLoadOptions(['--fps', '-1'])).toThrow();
  expect(() => parseLoadOptions(['--sesions', '2'])).toThrow('--find-capacity');
});
