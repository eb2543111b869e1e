import type { BodyView } from '../../src/protocol/body-vocabulary.ts';

export interface KeptPicture {
  /** For an <img>, until the pictures are forgotten. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/** The pictures of a capture, for as long as this page shows it. They are kept nowhere else. */
export function createKeptPictures(changed: () => void) {
  let pictures = new Map<BodyView, KeptPicture>();

  return {
    /** A picture that the browser cannot show is left out. */
    async keep(view: BodyView, blob: Blob): Promise<void> {
      const into = pictures;
      const bitmap = await createImageBitmap(blob).catch(() => null);
      if (bitmap === null || into !== pictures) return;
      const { width, height } = bitmap;
      bitmap.close();
      const before = pictures.get(view);
      if (before !== undefined) URL.revokeObjectURL(before.url);
      pictures.set(view, { url: URL.createObjectURL(blob), width, height });
      changed();
    },
    forget(): void {
      for (const { url } of pictures.values()) URL.revokeObjectURL(url);
      pictures = new Map();
    },
    current: (): ReadonlyMap<BodyView, KeptPicture> => pictures,
  };
}
