import type { CanonicalFace, RgbImage } from '../../vision/types.ts';
import { createFaceShader } from '../face-shader.ts';
import { paintFaceTexture } from '../face-texture.ts';
import { buildHeadModel } from '../head-model.ts';
import { defocus } from '../lens.ts';
import { sceneLighting } from '../scene-lighting.ts';
import { expose } from '../sensor.ts';
import { linearColour } from '../srgb.ts';
import { createVisibility, rasterise } from '../visibility.ts';
import { bodyView } from './body-camera.ts';
import { figureFace, placeHead } from './body-head.ts';
import { type BodyModel, buildBodyModel } from './body-model.ts';
import type { BodyScene } from './body-scene.ts';
import { createBodyShader, createCardShader } from './body-shader.ts';
import { type BodyTruth, bodyTruth } from './body-truth.ts';
import { footPlaces } from './leg-shape.ts';
import { coverage, paintFigure } from './paint-figure.ts';
import { drawPart } from './part-drawing.ts';
import { type Footprint, paintPlainRoom } from './plain-room.ts';

export interface RenderedBody {
  readonly image: RgbImage;
  readonly truth: BodyTruth & {
    /** One byte a pixel: 255 where the whole pixel shows the person, without what the hand holds. */
    readonly mask: Uint8Array;
  };
}

/** Order of the drawings; a card comes last. */
const HEAD = 0;
const BODY = 1;

/** Memory of a pure function: the painted face of a canonical face, for as long as that lives. */
const textures = new WeakMap<CanonicalFace, Uint8Array>();

/** Renders a figure with all that is true of it. Pure: the same scene gives the same bytes. RangeError: a size is no length. */
export function renderBody(scene: BodyScene, canonical: CanonicalFace): RenderedBody {
  const view = bodyView(scene);
  const light = sceneLighting(scene.light);
  const face = figureFace(scene);
  const model = buildBodyModel(scene);
  const headModel = buildHeadModel(canonical, face.hair.style);
  const head = placeHead(headModel, canonical, face, model.sizes);
  const texture = textures.get(canonical) ?? paintFaceTexture(canonical, 'open');
  textures.set(canonical, texture);

  const drawings = [
    drawPart({ ...head, mesh: headModel.mesh }, face, view),
    ...[model.body, ...(model.card === null ? [] : [model.card])].map(({ mesh, places }) =>
      drawPart({ mesh, places, local: places, hidden: [0, 0] }, face, view),
    ),
  ];
  const shaders = drawings.map((drawing, index) => {
    if (index === HEAD) return createFaceShader(drawing, texture, light);
    if (index === BODY) return createBodyShader(drawing, scene, model.sizes, light);
    return createCardShader(drawing, linearColour(scene.card?.colour ?? [255, 255, 255]), light);
  });
  const visibility = createVisibility(scene.width, scene.height);
  for (const [index, drawing] of drawings.entries()) rasterise(visibility, drawing, index);

  const picture = new Float32Array(scene.width * scene.height * 3);
  paintPlainRoom(scene, footprints(model, scene.stance.yawDeg), picture);
  paintFigure(picture, visibility, drawings, shaders);
  defocus(picture, scene.width, scene.height, scene.camera.defocusPx);
  const data = expose(picture, { ...scene.camera, seed: scene.seed });
  const { heightCm, distanceCm, tiltDeg, rollDeg } = scene.camera;
  return {
    image: { data, width: scene.width, height: scene.height },
    truth: {
      ...bodyTruth(model, head, view),
      camera: { ...view.camera, heightCm, distanceCm, tiltDeg, rollDeg },
      mask: coverage(visibility, (drawing) => drawing === HEAD || drawing === BODY),
    },
  };
}

function footprints(model: BodyModel, yawDeg: number): Footprint[] {
  const yaw = (yawDeg * Math.PI) / 180;
  const cos = Math.cos(yaw);
  const sin = Math.sin(yaw);
  return model.skeleton.legs.map((leg) => {
    const { heel, toe } = footPlaces(model.sizes, leg);
    const x = (heel[0] + toe[0]) / 2;
    const z = (heel[2] + toe[2]) / 2;
    const [fx, , fz] = leg.forward;
    return {
      x: x * cos + z * sin,
      z: -x * sin + z * cos,
      alongX: fx * cos + fz * sin,
      alongZ: -fx * sin + fz * cos,
      halfLengthCm: model.sizes.statureCm * 0.076,
      halfWidthCm: model.sizes.statureCm * 0.028,
    };
  });
}
