/** A request small enough to be shown: a plain picture of 64 × 64 pixels, and a map of a face with a mouth. */
export const CONTOUR_EXAMPLE = {
  image:
    'iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAA1BMVEXIoIB7ecXrAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAG0lEQVRYw+3BgQAAAADDoPlT3+AEVQEAAAB8AxBAAAEZszF2AAAAAElFTkSuQmCC',
  landmarks: [
    { x: 22, y: 26 },
    { x: 42, y: 28 },
  ],
  segmentation_map:
    'iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAj0lEQVRYw+3XQQqAMAxE0f7c/9BuuhC0UvNbBMns+ygKzaS1yt7Q404nDS6Rx98R4ARwAjgBnABOACeAFCwAUrAASMECIIXPAZBCAQUU8Btgw4sUPUkgTsk8yxFDYWouRIyFqdH0AEzOxswFhl8h3w/ufuLeiuNLlq95vmj6quvLtq/7fuFYsPIsWLoq0zkAqaAHuxD/kaAAAAAASUVORK5CYII=',
  loadtest_mode: false,
} as const;
