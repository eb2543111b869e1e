const LOW_HZ = 660;
const HIGH_HZ = 990;
const SHORT_S = 0.12;
const LONG_S = 0.45;
const VOLUME = 0.25;

export interface Beeper {
  /** Call it from a click: browsers let a page sound only after one. */
  allow(): void;
  /** A short one for a second that has passed; a long, higher one at the end. */
  beep(kind: 'second' | 'end'): void;
}

/** Silent where the browser has no sound for pages. */
export function createBeeper(): Beeper {
  let context: AudioContext | null = null;
  return {
    allow() {
      if (typeof AudioContext !== 'function') return;
      context ??= new AudioContext();
      context.resume().catch(() => undefined);
    },
    beep(kind) {
      if (context === null || context.state !== 'running') return;
      const [hertz, seconds] = kind === 'end' ? [HIGH_HZ, LONG_S] : [LOW_HZ, SHORT_S];
      const tone = new OscillatorNode(context, { frequency: hertz });
      const volume = new GainNode(context, { gain: VOLUME });
      // Without a slope at its end a tone clicks.
      volume.gain.setTargetAtTime(0, context.currentTime + seconds * 0.7, seconds * 0.1);
      tone.connect(volume).connect(context.destination);
      tone.start();
      tone.stop(context.currentTime + seconds);
    },
  };
}
