import type { Box, CanonicalFace, RgbImage } from '../vision/types.ts';
import { type Camera, sceneCamera } from './camera-geometry.ts';
import { drawFace, type FaceDrawing, projectedLandmarks } from './face-drawing.ts';
import type { FaceScene, SceneHair } from './face-scene.ts';
import { createFaceShader, type Shader } from './face-shader.ts';
import { type Lids, paintFaceTexture } from './face-texture.ts';
import { buildHeadModel, type HeadModel } from './head-model.ts';
import { defocus, smear } from './lens.ts';
import { MATERIAL } from './mesh-builder.ts';
import { paintRoom } from './room.ts';
import { sceneLighting } from './scene-lighting.ts';
import { expose } from './sensor.ts';
import {
  createVisibility,
  drawingOf,
  rasterise,
  SAMPLES,
  triangleOf,
  type Visibility,
} from './visibility.ts';

/** What is true of one rendered face, exact by construction. */
export interface FaceTruth {
  /** 468 × (x, y, z): x and y in pixels of the image, z in the same scale relative to the head's middle, smaller is nearer. */
  readonly landmarks: Float32Array;
  readonly pose: { readonly yawDeg: number; readonly pitchDeg: number; readonly rollDeg: number };
  /** Between the middles of the eyes (of the corners 33–133 and 362–263). */
  readonly interocularPx: number;
  /** Bounds of the landmarks; may reach outside of the image. */
  readonly box: Box;
}

export interface RenderedScene {
  readonly image: RgbImage;
  /** The main face first, where there is one, then the others. */
  readonly faces: readonly FaceTruth[];
}

export interface FaceRenderer {
  /** Pure: the same scene gives the same bytes. */
  render(scene: FaceScene): RenderedScene;
}

/** Lids that are less open than this are drawn as closed ones. */
const CLOSED_LIDS = 0.35;

/** Prepares what all pictures share (heads and textures, at their first use), so that each render is quick. */
export function createFaceRenderer(canonical: CanonicalFace): FaceRenderer {
  const textures = new Map<Lids, Uint8Array>();
  const textureFor = (lids: Lids): Uint8Array => {
    const known = textures.get(lids) ?? paintFaceTexture(canonical, lids);
    textures.set(lids, known);
    return known;
  };
  const models = new Map<SceneHair['style'], HeadModel>();
  const modelFor = (style: SceneHair['style']): HeadModel => {
    const known = models.get(style) ?? buildHeadModel(canonical, style);
    models.set(style, known);
    return known;
  };

  return {
    render(scene) {
      const camera = sceneCamera(scene);
      const light = sceneLighting(scene.light);
      const people = scene.face === null ? scene.others : [scene.face, ...scene.others];
      const drawings = people.map((face) =>
        drawFace(modelFor(face.hair.style), canonical, face, scene, camera),
      );
      const visibility = createVisibility(scene.width, scene.height);
      for (const [index, drawing] of drawings.entries()) rasterise(visibility, drawing, index);
      const shaders = drawings.map((drawing) => {
        const lids = drawing.face.eyesOpen < CLOSED_LIDS ? 'closed' : 'open';
        return createFaceShader(drawing, textureFor(lids), light);
      });

      let picture: Float32Array = new Float32Array(scene.width * scene.height * 3);
      paintRoom(scene, picture);
      paintPeople(picture, scene, visibility, drawings, shaders);
      defocus(picture, scene.width, scene.height, scene.camera.defocusPx);
      picture = smear(picture, scene.width, scene.height, scene.camera.motionPx.x, scene.camera.motionPx.y);
      const data = expose(picture, { ...scene.camera, seed: scene.seed });
      return {
        image: { data, width: scene.width, height: scene.height },
        faces: drawings.map((drawing) => truthOf(drawing, camera)),
      };
    },
  };
}

/** Shades each covered pixel: once where all of its samples see one surface, else sample by sample over the room. */
function paintPeople(
  picture: Float32Array,
  scene: FaceScene,
  visibility: Visibility,
  drawings: readonly FaceDrawing[],
  shaders: readonly Shader[],
): void {
  const { ids, inverseDepth, width: sampleWidth } = visibility;
  const colour = new Float32Array(3);
  const offsets = [0, 1, sampleWidth, sampleWidth + 1];
  const { width, height } = scene;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = y * SAMPLES * sampleWidth + x * SAMPLES;
      const first = ids[corner]!;
      const second = ids[corner + 1]!;
      const third = ids[corner + sampleWidth]!;
      const fourth = ids[corner + sampleWidth + 1]!;
      if ((first | second | third | fourth) === 0) continue;
      const to = (y * width + x) * 3;
      const same = first === second && first === third && first === fourth;
      if (same ? !isFine(drawings, first) : isOneSurface(drawings, ids, inverseDepth, corner, sampleWidth)) {
        shaders[drawingOf(first)]!(triangleOf(first), x + 0.5, y + 0.5, colour);
        picture[to] = colour[0]!;
        picture[to + 1] = colour[1]!;
        picture[to + 2] = colour[2]!;
        continue;
      }
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let sample = 0; sample < 4; sample++) {
        const id = ids[corner + offsets[sample]!]!;
        if (id === 0) {
          red += picture[to]!;
          green += picture[to + 1]!;
          blue += picture[to + 2]!;
          continue;
        }
        const px = x + 0.25 + 0.5 * (sample & 1);
        const py = y + 0.25 + 0.5 * (sample >> 1);
        shaders[drawingOf(id)]!(triangleOf(id), px, py, colour);
        red += colour[0]!;
        green += colour[1]!;
        blue += colour[2]!;
      }
      picture[to] = red / 4;
      picture[to + 1] = green / 4;
      picture[to + 2] = blue / 4;
    }
  }
}

/** Eyes and mouth have detail within a triangle that one sample a pixel would miss. */
export function isFine(drawings: readonly FaceDrawing[], id: number): boolean {
  const material = drawings[drawingOf(id)]!.model.mesh.materials[triangleOf(id)]!;
  return material === MATERIAL.eye || material === MATERIAL.mouth;
}

function isOneSurface(
  drawings: readonly FaceDrawing[],
  ids: Int32Array,
  inverseDepth: Float32Array,
  corner: number,
  sampleWidth: number,
): boolean {
  const first = ids[corner]!;
  if (first === 0 || isFine(drawings, first)) return false;
  const drawing = drawingOf(first);
  const { materials } = drawings[drawing]!.model.mesh;
  const material = materials[triangleOf(first)]!;
  const near = inverseDepth[corner]!;
  for (let sample = 1; sample < 4; sample++) {
    const at = corner + (sample & 1) + (sample >> 1) * sampleWidth;
    const id = ids[at]!;
    if (id === 0 || drawingOf(id) !== drawing || materials[triangleOf(id)]! !== material) return false;
    if (Math.abs(inverseDepth[at]! - near) > near * 0.01) return false;
  }
  return true;
}

function truthOf(drawing: FaceDrawing, camera: Camera): FaceTruth {
  const landmarks = projectedLandmarks(drawing, camera);
  const { yawDeg, pitchDeg, rollDeg } = drawing.face;
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < landmarks.length; at += 3) {
    left = Math.min(left, landmarks[at]!);
    right = Math.max(right, landmarks[at]!);
    top = Math.min(top, landmarks[at + 1]!);
    bottom = Math.max(bottom, landmarks[at + 1]!);
  }
  const middle = (one: number, other: number, axis: number) =>
    (landmarks[one * 3 + axis]! + landmarks[other * 3 + axis]!) / 2;
  return {
    landmarks,
    pose: { yawDeg, pitchDeg, rollDeg },
    interocularPx: Math.hypot(
      middle(362, 263, 0) - middle(33, 133, 0),
      middle(362, 263, 1) - middle(33, 133, 1),
    ),
    box: { x: left, y: top, width: right - left, height: bottom - top },
  };
}
