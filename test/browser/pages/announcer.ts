import { createBrowserAnnouncer } from '../../../client/component/announce/browser-announcer.ts';

/** The announcer on the browser's own means, for announcer.test.ts. */
const region = document.createElement('div');
document.body.append(region);

/** What the region held, change by change. */
const seen: string[] = [];
new MutationObserver(() => seen.push(region.textContent ?? '')).observe(region, {
  childList: true,
  characterData: true,
  subtree: true,
});

const vibrations: unknown[] = [];
navigator.vibrate = (pattern) => {
  vibrations.push(pattern);
  return true;
};

const said: string[] = [];
let vibrates = true;
const announcer = createBrowserAnnouncer({
  region,
  vibrates: () => vibrates,
  onSaid: ({ text, repeat }) => said.push(`${Math.round(performance.now())} ${text} ${repeat}`),
});

const fixture = {
  announcer,
  region,
  seen,
  said,
  vibrations,
  setVibrates(on: boolean) {
    vibrates = on;
  },
};

declare global {
  interface Window {
    announcing: typeof fixture;
  }
}

window.announcing = fixture;
