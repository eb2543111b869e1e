/** Draws the demo's pictures, off the main thread. */
import { demoPictures } from '../../../src/synthetic/body/demo-pictures.ts';
import { parseCanonicalFace } from '../../../src/vision/canonical-face.ts';
import type { CanonicalFace, RgbImage } from '../../../src/vision/types.ts';
import { fetchCanonicalFace } from '../../page/canonical-face-file.ts';
import { rgbaOf } from '../../page/demo/rgba.ts';
import { serveWorker, type WorkerScope } from '../../sdk/serve-worker.ts';
import type { BodyDemoCalls, DemoPicture } from './demo-calls.ts';

let canonical: CanonicalFace | null = null;

serveWorker<BodyDemoCalls>(self as unknown as WorkerScope, {
  async prepare({ modelsUrl }) {
    canonical = parseCanonicalFace(await fetchCanonicalFace(modelsUrl));
  },
  async draw({ view }, transfer) {
    if (canonical === null) throw new Error('prepare comes first');
    const { wrong, right } = demoPictures(view, canonical);
    const given = ({ data, width, height }: RgbImage): DemoPicture => {
      const rgba = rgbaOf(data, null);
      transfer.push(rgba.buffer);
      return { rgba, width, height };
    };
    return { wrong: given(wrong), right: right.map(given) };
  },
});
