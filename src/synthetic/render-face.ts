import type { CanonicalFace, RgbImage } from '../vision/types.ts';
import {
  createFaceRenderer,
  type FaceRenderer,
  type FaceTruth,
  type RenderedScene,
} from './face-renderer.ts';
import type { FaceScene } from './face-scene.ts';

export type { FaceTruth, RenderedScene } from './face-renderer.ts';

export interface RenderedFace extends FaceTruth {
  readonly image: RgbImage;
}

/** Memory of a pure function: what a canonical face was prepared into, for as long as that face lives. */
const renderers = new WeakMap<CanonicalFace, FaceRenderer>();

/** Renders any scene, also an empty room. Pure: the same scene gives the same bytes. */
export function renderScene(scene: FaceScene, canonical: CanonicalFace): RenderedScene {
  const renderer = renderers.get(canonical) ?? createFaceRenderer(canonical);
  renderers.set(canonical, renderer);
  return renderer.render(scene);
}

/** Renders a scene that has a main face. Throws RangeError where it has none. */
export function renderFace(scene: FaceScene, canonical: CanonicalFace): RenderedFace {
  const { image, faces } = renderScene(scene, canonical);
  const main = faces[0];
  if (scene.face === null || main === undefined) throw new RangeError('the scene has no face');
  return { image, ...main };
}
