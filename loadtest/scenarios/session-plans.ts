import { type Link, PLAIN_PLAN, type SessionPlan } from '../generator/session-plan.ts';

export interface PlanWish {
  readonly sessions: number;
  readonly fps: number;
  readonly urls: readonly string[];
  /** Where the indices begin, for a second group of the same run. */
  readonly firstIndex?: number;
}

/** A source address has some 28,000 ports on Linux; one that is used up waits a minute for each. */
const SESSIONS_PER_ADDRESS = 20_000;

/** Clients that are all alike, spread over the nodes. */
export function plainPlans({ sessions, fps, urls, firstIndex = 0 }: PlanWish): SessionPlan[] {
  return Array.from({ length: sessions }, (_, offset) => {
    const index = firstIndex + offset;
    const crowd = Math.floor(index / SESSIONS_PER_ADDRESS);
    return {
      ...PLAIN_PLAN,
      index,
      fps,
      url: urls[index % urls.length]!,
      // Any 127.x.x.x is this machine; the first keeps the kernel's choice.
      ...(crowd === 0 ? {} : { localAddress: `127.0.0.${1 + crowd}` }),
    };
  });
}

const LINKS: readonly (Link | null)[] = [
  null,
  { name: 'wi-fi', kilobitsPerSecond: 20_000, delayMs: 5 },
  { name: '4g', kilobitsPerSecond: 5000, delayMs: 40 },
  null,
  { name: '3g', kilobitsPerSecond: 700, delayMs: 100 },
];
const PROFILES = [
  'face-skin:strict',
  'face-contour:moderate',
  'face-skin:moderate',
  'face-contour:relaxed',
  'face-skin:relaxed',
];
/** Shares of the asked rate: old phones and new ones. */
const CAMERAS = [1, 1, 0.5, 1.5];
const PICTURES = ['swaying', 'aside'];

/** A crowd as it may be: real and rendered faces, links, profiles, cameras and wishes of many kinds. The same each time. */
export function mixedPlans(wish: PlanWish, pictureNames: readonly string[]): SessionPlan[] {
  const pictures = [...pictureNames.filter((name) => name.startsWith('photograph')), ...PICTURES];
  return plainPlans(wish).map((plan) => ({
    ...plan,
    profile: PROFILES[plan.index % PROFILES.length]!,
    pictures: pictures[plan.index % pictures.length]!,
    link: LINKS[(plan.index * 7) % LINKS.length]!,
    fps: wish.fps * CAMERAS[(plan.index * 3) % CAMERAS.length]!,
    capture:
      plan.index % 4 === 0
        ? {
            everyMs: 15_000,
            afterMs: 3000 + ((plan.index * 977) % 12_000),
            by: plan.index % 8 === 0 ? 'button' : 'dwell',
          }
        : null,
  }));
}
