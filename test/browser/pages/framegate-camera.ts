import '../../../client/component/index.ts';

/**
 * A page with one <framegate-camera>, as an app embeds it. Its attributes are the query; `scene` instead of a camera gives
 * it pictures that the test chooses (`window.show`), served by the test at /scenes/<name>/<index>.jpg.
 */
declare global {
  interface Window {
    /** From now on the camera sees this scene. */
    show(scene: string): void;
  }
}

const WIDTH = 640;
const HEIGHT = 480;
const FPS = 15;
const PICTURES = 5;

const sheet = new CSSStyleSheet();
sheet.replaceSync('body { margin: 0 } framegate-camera { display: block; width: 100vw; height: 100vh }');
document.adoptedStyleSheets.push(sheet);

const element = document.createElement('framegate-camera') as HTMLElement & {
  source: MediaStream | null;
  start(): void;
};
const query = new URLSearchParams(location.search);
for (const [name, value] of query) {
  if (name !== 'scene' && name !== 'plain') element.setAttribute(name, value);
}
const scene = query.get('scene');
if (scene !== null) element.source = await playScenes(scene);
document.body.append(element);
element.start();

/** A camera of one's own: pictures to and fro, so that there is no seam. */
async function playScenes(first: string): Promise<MediaStream> {
  const scenes = new Map<string, readonly ImageBitmap[]>();
  for (const name of ['nobody', 'off-centre', 'good']) scenes.set(name, await loadScene(name));
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d', { alpha: false })!;
  let shown = scenes.get(first)!;
  let count = 0;
  const draw = () => {
    const at = count++ % (2 * PICTURES - 2);
    context.drawImage(shown[at < PICTURES ? at : 2 * PICTURES - 2 - at]!, 0, 0);
  };
  draw();
  setInterval(draw, 1000 / FPS);
  window.show = (name) => {
    shown = scenes.get(name)!;
  };
  return canvas.captureStream(FPS);
}

async function loadScene(name: string): Promise<readonly ImageBitmap[]> {
  const pictures = Array.from({ length: PICTURES }, async (_, index) => {
    const response = await fetch(`/scenes/${name}/${index}.jpg`);
    return createImageBitmap(await response.blob());
  });
  return Promise.all(pictures);
}
