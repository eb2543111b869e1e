import type { Announcer } from '../component/announce/announcer.ts';
import { fill } from '../locales/locales.ts';
import { sentences } from '../locales/sentences.ts';
import type { BodyState, CaptureScreen, Screen } from './body-state.ts';
import { type GuidanceTexts, refusalText } from './view-outcome.ts';

export interface Beeper {
  /** Call it from a click: browsers let a page sound only after one. */
  allow(): void;
  /** A short one for a second that has passed; a long, higher one at the end. */
  beep(kind: 'second' | 'end'): void;
}

export interface CaptureGuideDeps {
  readonly announcer: Announcer;
  readonly beeper: Beeper;
  readonly texts: () => GuidanceTexts | null;
  /** Another second of the countdown has passed. */
  readonly tick: () => void;
}

const SECOND_MS = 1000;
/** The last seconds are counted aloud. */
const BEEPING_SECONDS = 3;

/** Speaks, beeps and counts for somebody who has walked away from the phone. */
export function createCaptureGuide({ announcer, beeper, texts, tick }: CaptureGuideDeps) {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function stopTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function sayPose(screen: CaptureScreen, taken: string | null): void {
    const current = texts();
    const view = screen.capture.views[screen.at];
    if (current === null || view === undefined) return;
    const first = screen.refusal === null ? taken : refusalText(screen.refusal, current);
    announcer.say(sentences(...(first === null ? [] : [first]), current.messages.poses[view]), 'important');
  }

  return {
    /** Takes up and lets go of what the change of the state asks for. */
    follow(before: BodyState, state: BodyState): void {
      const { screen } = state;
      const earlier = before.screen;
      announcer.setSpeaks(state.details.speak);
      const taken = takenText(earlier, screen, texts());
      if (screen.step !== 'capture') {
        stopTimer();
        if (earlier.step !== 'capture') return;
        if (taken === null) announcer.stop();
        else announcer.say(taken, 'important');
        return;
      }
      if (screen === earlier) return;
      const { phase } = screen;
      const isNewRun = earlier.step !== 'capture' || earlier.run !== screen.run;
      const wasReady = earlier.step !== 'capture' || earlier.phase.name === 'ready';
      if (phase.name === 'countdown') {
        const hasBegun =
          earlier.step !== 'capture' || earlier.phase.name !== 'countdown' || earlier.phase.isRunning;
        if (isNewRun || wasReady) sayPose(screen, taken);
        else if (hasBegun && phase.secondsLeft <= BEEPING_SECONDS) beeper.beep('second');
        stopTimer();
        if (phase.isRunning) timer = setTimeout(tick, SECOND_MS);
        return;
      }
      stopTimer();
      if (phase.name === 'guided') beeper.beep('end');
      else announcer.stop();
    },
  };
}

function takenText(earlier: Screen, screen: Screen, texts: GuidanceTexts | null): string | null {
  if (texts === null || earlier.step !== 'capture' || earlier.phase.name !== 'guided') return null;
  const { messages } = texts;
  if (screen.step === 'waiting') return messages.capture.allTaken;
  const view = earlier.capture.views[earlier.at];
  if (screen.step !== 'capture' || screen.at === earlier.at || view === undefined) return null;
  return fill(messages.capture.taken, { view: messages.views[view] });
}
