/** Who is drawn, and how. */
export interface DemoPerson {
  readonly modelsUrl: string;
  /** Who it is: the same number is the same person. */
  readonly seed: number;
  /** Upright pictures, as a phone's camera gives them. */
  readonly portrait: boolean;
}

export interface DemoPicture {
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** What the demo's worker can be asked. */
export interface DemoRendererCalls {
  /** Loads and draws what all pictures share, and chooses a size that this device draws fast enough. */
  prepare(person: DemoPerson): void;
  /** The person comes in, and the clock starts; until then the room is empty. */
  begin(): void;
  /** The picture of this moment. `rgba` of an earlier picture is drawn into. */
  picture(recycled: { readonly rgba: Uint8ClampedArray<ArrayBuffer> | null }): DemoPicture;
}
