/** As much of fontkit as is used here; it has no types of its own. */
declare module 'fontkit' {
  export interface Glyph {
    readonly id: number;
    readonly advanceWidth: number;
    readonly codePoints: readonly number[];
    readonly path: {
      readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[];
    };
  }
  export interface GlyphRun {
    readonly glyphs: Glyph[];
    readonly positions: { xAdvance: number; yAdvance: number; xOffset: number; yOffset: number }[];
    readonly advanceWidth: number;
  }
  export interface Font {
    readonly unitsPerEm: number;
    readonly ascent: number;
    readonly descent: number;
    readonly bbox: {
      readonly minX: number;
      readonly minY: number;
      readonly maxX: number;
      readonly maxY: number;
    };
    readonly variationAxes: Readonly<Record<string, { readonly default: number }>>;
    /** Not public; see allowMissingAnchors. */
    readonly _layoutEngine: {
      readonly engine?: {
        readonly GPOSProcessor?: {
          applyAnchor(mark: { readonly markAnchor: object | null }, base: object | null, index: number): void;
        };
      };
    };
    hasGlyphForCodePoint(codePoint: number): boolean;
    getGlyph(id: number): Glyph;
    getVariation(settings: Readonly<Record<string, number>>): Font;
    layout(
      text: string,
      features: readonly string[],
      script: string | undefined,
      language: string | undefined,
      direction: 'ltr' | 'rtl',
    ): GlyphRun;
  }
  export function create(bytes: Uint8Array): Font;
}
