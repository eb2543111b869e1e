import type { BodyView } from '../../../src/protocol/body-vocabulary.ts';
import type { BodyState } from '../body-state.ts';
import type { DemoStream } from './demo-stream.ts';

/** A rendered person's stream, for as long as pictures are taken of them. */
export interface DemoSource {
  readonly heightCm: number;
  /** Whether the next capture is of the rendered person. */
  use(isOn: boolean): void;
  /** Shows what the state's view is of. */
  follow(state: BodyState): void;
  /** undefined where it is not in use; null until it is drawn. */
  current(): MediaStream | null | undefined;
  /** It cannot be drawn on this device, or from this node. */
  hasFailed(): boolean;
}

/** As demo-pictures.ts draws them, whose code is the worker's. */
const HEIGHT_CM = 170;

export function createDemoSource({
  modelsUrl,
  changed,
}: {
  readonly modelsUrl: string;
  readonly changed: () => void;
}): DemoSource {
  let isOn = false;
  let hasFailed = false;
  let opening: Promise<DemoStream> | null = null;
  let drawn: DemoStream | null = null;
  let shown: { readonly view: BodyView; readonly isGuided: boolean } | null = null;

  async function open(): Promise<DemoStream> {
    const { openDemoStream } = await import('./demo-stream.ts');
    return openDemoStream(modelsUrl);
  }

  async function show(view: BodyView, isGuided: boolean): Promise<void> {
    opening ??= open();
    const stream = await opening;
    await stream.show(view, isGuided);
    if (shown?.view !== view || drawn === stream) return;
    drawn = stream;
    changed();
  }

  function stop(): void {
    opening?.then((stream) => stream.stop()).catch(() => undefined);
    opening = null;
    drawn = null;
    shown = null;
  }

  return {
    heightCm: HEIGHT_CM,
    use(next) {
      isOn = next;
      hasFailed = false;
    },
    follow({ screen }) {
      if (!isOn || hasFailed) return;
      if (screen.step !== 'capture') {
        stop();
        return;
      }
      const view = screen.capture.views[screen.at];
      const isGuided = screen.phase.name === 'guided';
      if (view === undefined || (shown?.view === view && shown.isGuided === isGuided)) return;
      // The picture of another view must not be shown meanwhile.
      if (shown !== null && shown.view !== view) drawn = null;
      shown = { view, isGuided };
      show(view, isGuided).catch(() => {
        stop();
        hasFailed = true;
        changed();
      });
    },
    hasFailed: () => hasFailed,
    current: () => (isOn ? (drawn?.stream ?? null) : undefined),
  };
}
