import { type AppState, isAwaiting } from './app-state.ts';
import type { DemoStream } from './demo/demo-stream.ts';
import type { LiveResources } from './views/live-view.ts';

const SLOW_RESULT_MS = 15_000;

export interface LiveResourcesOptions {
  readonly server: string;
  /** Something that the view shows has changed. */
  readonly changed: () => void;
}

/** What the live step holds on to: the camera's element, the rendered face, and how long the result takes. */
export function createLiveResources({ server, changed }: LiveResourcesOptions) {
  let run = 0;
  let demo: DemoStream | null = null;
  let sourceFailed = false;
  let elementFailed = false;
  let slow = false;
  let guided = false;
  let slowTimer: ReturnType<typeof setTimeout> | undefined;

  async function draw(forRun: number): Promise<void> {
    const portrait = innerHeight > innerWidth;
    try {
      const { startDemoStream } = await import('./demo/demo-stream.ts');
      const drawn = await startDemoStream({ modelsUrl: `${server}/models`, seed: forRun, portrait });
      if (forRun === run) demo = drawn;
      else drawn.stop();
    } catch {
      if (forRun === run) sourceFailed = true;
    }
    changed();
  }

  /** The rendered person waits until somebody looks: to connect, or to load a detector, takes its time. */
  function guidanceBegan(): void {
    if (!guided) demo?.begin();
    guided = true;
  }

  function stopWaiting(): void {
    clearTimeout(slowTimer);
    slowTimer = undefined;
    slow = false;
  }

  function end(): void {
    run = 0;
    demo?.stop();
    demo = null;
    sourceFailed = false;
    guided = false;
    stopWaiting();
  }

  return {
    /** Loads the code of <framegate-camera>. */
    async preload(): Promise<void> {
      try {
        await import('../component/index.ts');
      } catch {
        elementFailed = true;
        changed();
      }
    },

    /** Takes up and lets go of what the state needs. */
    follow(state: AppState): void {
      if (isAwaiting(state)) {
        // The stream stays the element's own, which would begin anew without it.
        demo?.stop();
        stopWaiting();
        return;
      }
      if (state.step !== 'live') {
        end();
        return;
      }
      if (state.run !== run) {
        end();
        run = state.run;
        if (state.source === 'demo') void draw(run);
      }
      if (state.taken === null) stopWaiting();
      else if (slowTimer === undefined) {
        slowTimer = setTimeout(() => {
          slow = true;
          changed();
        }, SLOW_RESULT_MS);
      }
    },

    current: (): LiveResources => ({
      source: demo?.stream ?? null,
      sourceFailed,
      elementFailed,
      slow,
      guidanceBegan,
    }),
  };
}
