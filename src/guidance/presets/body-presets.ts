import { always, atLeast, between, type Preset, upTo, within } from './preset.ts';

/**
 * The thresholds of both views, strict / moderate / relaxed. Where they come from, the rendered bodies of
 * src/synthetic/body being seen by the pose model:
 *
 * - body-in-frame: the silhouette is sure to about 1 % of the frame's height.
 * - body-ratio: at 0.65 of a still of 1,920 px a hip is 250 px wide, one pixel being 1.4 mm. Arms that hang away take 0.84 of
 *   the width of a 9:16 picture at 0.8 and meet its edges from 0.9 on.
 * - body-centring: at 0.15 the lens is off its axis by 6°, which moves an outline by less than 1 % of a depth.
 * - body-back-light: cloth that a camera renders as black (16 of 255) is 8 stops below a white wall in the same light.
 * - body-light: white shoes in the sun are 3 % of a silhouette, a person before a bright window has lost 10 %.
 * - background-contrast: below 5 the model's outline is off by twice as much as before a plain wall, above 10 by no more.
 * - body-motion: at 1/30 s of exposure 0.25 a second smears by 0.8 % of the trunk: 4 mm. Breathing and sway stay below 0.1.
 */
const BODY: Preset = {
  'body-count': always({ min: 1, max: 1 }),
  'body-in-frame': atLeast(0.02, 0.012, 0.006),
  'body-ratio': between([0.7, 0.92], [0.62, 0.95], [0.5, 0.97]),
  'body-centring': upTo(0.07, 0.11, 0.16),
  'body-back-light': upTo(8.2, 8.5, 9),
  'body-light': upTo(0.05, 0.08, 0.2),
  'background-contrast': atLeast(10, 7, 4),
  'body-motion': upTo(0.18, 0.25, 0.4),
};

/**
 * - body-turn: a person from the front is read as up to 3° turned, one turned by 20° as 11 to 20, by 30° as 22 to 31. At 15°
 *   a breadth is short by 3 %.
 * - upright: a person at rest and a camera held by eye are each within 2°.
 * - arms-away: from 8° on there is a gap down to the armpit; above 50° the shoulders rise.
 * - feet-apart: ankles below their hip joints are 0.1 apart, feet side by side 0.05, a stand twice as wide as the hips 0.22.
 */
export const BODY_FRONT: Preset = {
  ...BODY,
  'body-turn': upTo(12, 17, 25),
  upright: within(4, 6, 9),
  'arms-away': between([15, 42], [12, 50], [8, 58]),
  'feet-apart': between([0.085, 0.19], [0.07, 0.23], [0.06, 0.29]),
};

/**
 * - body-turn: 90° is read as 87 to 92, 70° as 74 to 83. What is seen at 70° has a third of the breadth in it.
 * - upright: shoulders stand behind the hips or before them by posture, some degrees either way, which no hint should mend.
 */
export const BODY_SIDE: Preset = {
  ...BODY,
  'body-turn': between([80, 98], [74, 104], [64, 116]),
  upright: within(8, 11, 15),
};
