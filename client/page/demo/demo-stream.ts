import { spawnWorker } from '../../sdk/spawn-worker.ts';
import { openWorkerChannel } from '../../sdk/worker-channel.ts';
import type { DemoPerson, DemoPicture, DemoRendererCalls } from './demo-calls.ts';
import { openDemoCanvas } from './demo-canvas.ts';
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
  const canvas = openDemoCanvas();
  const channel = openWorkerChannel<DemoRendererCalls>(spawnWorker(workerUrl, { name: 'framegate-demo' }), {
    failureCode: 'internal',
  });
  try {
    await channel.call('prepare', person);
    canvas.show(await channel.call('picture', { rgba: null }));
  } catch (thrown) {
    channel.close();
    throw thrown;
  }
  const stream = canvas.startStream();
  let stopped = false;

  async function run(): Promise<void> {
    let spare: Uint8ClampedArray<ArrayBuffer> | null = null;
    while (!stopped) {
      const transfer: object[] = spare === null ? [] : [spare.buffer];
      const picture: DemoPicture = await channel.call('picture', { rgba: spare }, { transfer });
      if (!stopped) canvas.show(picture);
      spare = picture.rgba;
    }
  }

  function stop(): void {
    if (stopped) return;
    stopped = true;
    channel.close();
    canvas.stop();
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
