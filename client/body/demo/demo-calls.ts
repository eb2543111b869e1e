import type { BodyView } from '../../../src/protocol/body-vocabulary.ts';

export interface DemoPicture {
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

export interface DrawnView {
  readonly wrong: DemoPicture;
  readonly right: readonly DemoPicture[];
}

/** What the demo's worker can be asked. */
export interface BodyDemoCalls {
  /** Loads what all pictures share. */
  prepare(from: { readonly modelsUrl: string }): void;
  draw(what: { readonly view: BodyView }): DrawnView;
}
