/**
 * What a person is told to do. Directions are the person's own and hold for the mirrored preview,
 * in which moving to one's left moves the picture to the left.
 */
export const HINT_CODES = {
  'no-face': 'Bring your face into view',
  'one-person': 'Make sure only you are in view',
  'move-into-frame': 'Move so that your whole face is in view',
  'come-closer': 'Come a little closer',
  'move-back': 'Move back a little',
  'move-left': 'Move a little to your left',
  'move-right': 'Move a little to your right',
  'move-up': 'Raise your head or lower the camera',
  'move-down': 'Lower your head or raise the camera',
  'turn-left': 'Turn your head a little to your left',
  'turn-right': 'Turn your head a little to your right',
  'chin-up': 'Raise your chin a little',
  'chin-down': 'Lower your chin a little',
  'tilt-left': 'Tilt your head a little to your left',
  'tilt-right': 'Tilt your head a little to your right',
  'more-light': 'Find a brighter place',
  'less-light': 'Find softer, less bright light',
  'face-the-light': 'Turn towards the light so that both sides are lit',
  'avoid-back-light': 'Turn away from the bright background',
  'neutral-light': 'Find white or daylight; the light is coloured',
  'hold-still': 'Hold still',
  focus: 'Wipe the lens and hold still until the picture is sharp',
  'open-eyes': 'Open your eyes',
  'close-mouth': 'Close your mouth',
  'use-better-camera': 'Come closer or choose a higher resolution',
} as const;

export type HintCode = keyof typeof HINT_CODES;
