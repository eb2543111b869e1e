import type { BodyView } from '../../../src/protocol/body-vocabulary.ts';
import { openDemoCanvas } from '../../page/demo/demo-canvas.ts';
import { spawnWorker } from '../../sdk/spawn-worker.ts';
import { openWorkerChannel } from '../../sdk/worker-channel.ts';
import type { BodyDemoCalls, DrawnView } from './demo-calls.ts';
import workerUrl from './demo-worker.ts?worker&url';

export interface DemoStream {
  readonly stream: MediaStream;
  /** What is wrong stands until it is guided, and for a moment then. Resolves when the view is shown. */
  show(view: BodyView, isGuided: boolean): Promise<void>;
  stop(): void;
}

const FPS = 8;
/** Long enough to read a hint. */
const WRONG_MS = 3500;

/**
 * Somebody who is not there, as a camera would show them: a few drawn pictures over and over, because a figure takes half a
 * second to draw. Rejects with model-missing where the node has no canonical face, browser-unsupported where a canvas gives
 * no stream.
 */
export async function openDemoStream(modelsUrl: string): Promise<DemoStream> {
  const canvas = openDemoCanvas();
  const channel = openWorkerChannel<BodyDemoCalls>(spawnWorker(workerUrl, { name: 'framegate-body-demo' }), {
    failureCode: 'internal',
  });
  await channel.call('prepare', { modelsUrl }).catch((thrown: unknown) => {
    channel.close();
    throw thrown;
  });
  const drawn = new Map<BodyView, Promise<DrawnView>>();
  let shown: DrawnView | null = null;
  let guidedSinceMs: number | null = null;
  let turn = 0;

  function next(): void {
    if (shown === null) return;
    const isRight = guidedSinceMs !== null && performance.now() - guidedSinceMs > WRONG_MS;
    turn += 1;
    canvas.show(isRight ? shown.right[turn % shown.right.length]! : shown.wrong);
  }

  const timer = setInterval(next, 1000 / FPS);
  const stream = canvas.startStream();
  return {
    stream,
    async show(view, isGuided) {
      const drawing = drawn.get(view) ?? channel.call('draw', { view });
      drawn.set(view, drawing);
      const ready = await drawing;
      guidedSinceMs = isGuided ? performance.now() : null;
      shown = ready;
      next();
    },
    stop() {
      clearInterval(timer);
      channel.close();
      canvas.stop();
    },
  };
}
