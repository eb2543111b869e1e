import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { faceScene } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { encodeImage } from './encode-image.ts';

const CSS = fileURLToPath(new URL('../browser/pages/component-gallery.css', import.meta.url));

/** What the gallery of the component loads besides its script: a face, and a style sheet that the policy allows. */
export async function galleryFiles(): Promise<
  (request: IncomingMessage, response: ServerResponse) => boolean
> {
  const canonical = await (await openModels()).loadCanonicalFace();
  const picture = (width: number, height: number, distanceCm: number, verticalFovDeg: number) =>
    encodeImage(
      renderFace(faceScene({ width, height, face: { distanceCm }, camera: { verticalFovDeg } }), canonical)
        .image,
    );
  const [wide, tall] = await Promise.all([picture(960, 540, 42, 52), picture(540, 960, 42, 72)]);
  const css = readFileSync(CSS);
  return (request, response) => {
    const face = request.url === '/wide.jpg' ? wide : request.url === '/tall.jpg' ? tall : null;
    if (face !== null) response.writeHead(200, { 'content-type': 'image/jpeg' }).end(face);
    else if (request.url === '/gallery.css') response.writeHead(200, { 'content-type': 'text/css' }).end(css);
    else return false;
    return true;
  };
}
