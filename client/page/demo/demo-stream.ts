import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { spawnWorker } from '../../sdk/spawn-worker.ts';
import { openWorkerChannel } from '../../sdk/worker-channel.ts';
import type { DemoPerson, DemoPicture, DemoRendererCalls } from './demo-calls.ts';
import workerUrl from './demo-worker.ts?worker&url';

export interface DemoStream {
  readonly stream: MediaStream;
  /** Somebody comes into the empty room. */
  begin(): void;
  stop(): void;
}

/**
 * Somebody who is not there, as a camera would show them. Resolves once the first picture is drawn; rejects with
 * model-missing where the node has no canonical face, browser-unsupported where a canvas gives no stream.
 */
export async function startDemoStream(person: DemoPerson): Promise<DemoStream> {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null || typeof canvas.captureStream !== 'function') {
    throw new FramegateError('browser-unsupported', 'this browser makes no stream of a canvas');
  }
  const channel = openWorkerChannel<DemoRendererCalls>(spawnWorker(workerUrl, { name: 'framegate-demo' }), {
    failureCode: 'internal',
  });
  const show = ({ rgba, width, height }: DemoPicture): void => {
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.putImageData(new ImageData(rgba, width, height), 0, 0);
  };
  try {
    await channel.call('prepare', person);
    show(await channel.call('picture', { rgba: null }));
  } catch (thrown) {
    channel.close();
    throw thrown;
  }
  const stream = canvas.captureStream();
  let stopped = false;

  async function run(): Promise<void> {
    let spare: Uint8ClampedArray<ArrayBuffer> | null = null;
    while (!stopped) {
      const transfer: object[] = spare === null ? [] : [spare.buffer];
      const picture: DemoPicture = await channel.call('picture', { rgba: spare }, { transfer });
      if (!stopped) show(picture);
      spare = picture.rgba;
    }
  }

  function stop(): void {
    if (stopped) return;
    stopped = true;
    channel.close();
    for (const track of stream.getTracks()) track.stop();
  }

  // The channel rejects when it is closed, and when the worker broke: then there is nothing more to show.
  run().catch(stop);

  return {
    stream,
    begin: () => {
      channel.call('begin', undefined).catch(stop);
    },
    stop,
  };
}
