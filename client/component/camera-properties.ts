const flag = (name: string) => ({ attribute: name, type: Boolean });
const property = { attribute: false };

/** The properties of <framegate-camera>, as Lit takes them: those without an attribute are an app's to set. */
export const CAMERA_PROPERTIES = {
  // `lang` itself is the browser's own.
  langTag: { attribute: 'lang' },
  server: {},
  token: {},
  profile: {},
  mode: {},
  precheck: {},
  facing: {},
  autostart: flag('autostart'),
  meters: { type: Boolean, reflect: true },
  speak: { type: Boolean, reflect: true },
  noVibrate: flag('no-vibrate'),
  consentStore: flag('consent-store'),
  consentTraining: flag('consent-training'),
  sourceMirrored: flag('source-mirrored'),
  paused: { type: Boolean },
  tokenProvider: property,
  thresholds: property,
  collect: property,
  source: property,
  createSession: property,
};

/** A change of one of these while it runs opens camera and session anew. */
export const SESSION_PROPERTIES = [
  'server',
  'profile',
  'mode',
  'precheck',
  'consentStore',
  'consentTraining',
  'thresholds',
  'collect',
  'createSession',
  'source',
  'facing',
] as const;
