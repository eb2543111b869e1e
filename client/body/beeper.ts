import type { Beeper } from './capture-guide.ts';

const LOW_HZ = 660;
const HIGH_HZ = 990;
const SHORT_S = 0.12;
const LONG_S = 0.45;
const VOLUME = 0.25;

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
