/**
 * Pictures of rendered figures, to look at.
 *
 *   node loadtest/body/body-gallery.ts [folder, by default /tmp/body-gallery] [names …]
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BodySceneChanges, bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { renderBody } from '../../src/synthetic/body/render-body.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { encodeImage } from '../../test/support/encode-image.ts';

const GALLERY: Readonly<Record<string, BodySceneChanges>> = {
  front: {},
  card: { card: {}, stance: { armsAwayDeg: 30 } },
  'card-hanging': { card: { arm: 'hanging', hand: 'left', tiltXDeg: 20, tiltYDeg: -15 } },
  side: { stance: { yawDeg: 90, armsAwayDeg: 6 } },
  'other-side': { stance: { yawDeg: -90, armsAwayDeg: 6 }, card: { hand: 'left', tiltYDeg: 10 } },
  turned: { stance: { yawDeg: 40 }, looks: { skin: 8, hair: { style: 'long', colour: [20, 16, 14] } } },
  wide: {
    body: {
      statureCm: 185,
      neck: { breadthCm: 15, depthCm: 15 },
      chest: { breadthCm: 40, depthCm: 31 },
      waist: { breadthCm: 42, depthCm: 34 },
      hip: { breadthCm: 44, depthCm: 33 },
    },
    looks: { skin: 3, shirt: [150, 60, 50], hair: { style: 'short', colour: [110, 80, 50] } },
  },
  slim: {
    body: {
      statureCm: 152,
      chest: { breadthCm: 25, depthCm: 19 },
      waist: { breadthCm: 21, depthCm: 16 },
      hip: { breadthCm: 31, depthCm: 20 },
    },
    looks: { skin: 9, hair: { style: 'long', colour: [24, 18, 16] }, shoes: null, trousers: [90, 90, 96] },
    room: { wall: [90, 96, 104], floor: [120, 118, 116] },
  },
  large: { width: 1080, height: 1920, card: {}, looks: { hair: { style: 'none', colour: [0, 0, 0] } } },
};

const [folder = '/tmp/body-gallery', ...names] = process.argv.slice(2);
const canonical = await (await openModels()).loadCanonicalFace();
await mkdir(folder, { recursive: true });
for (const [name, changes] of Object.entries(GALLERY)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const started = performance.now();
  const { image } = renderBody(bodyScene(changes), canonical);
  const ms = Math.round(performance.now() - started);
  await writeFile(join(folder, `${name}.png`), await encodeImage(image, 'png'));
  process.stdout.write(`${name}: ${image.width}×${image.height}, ${ms} ms\n`);
}
