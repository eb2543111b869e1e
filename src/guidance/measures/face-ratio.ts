import { bandScore } from '../band-score.ts';
import type { Measure } from '../types.ts';

/**
 * Size of the face in the frame: its width ÷ the frame's in portrait, its height ÷ the frame's in landscape and in a
 * square. The face is the bounds of the landmarks (ear to ear, hairline to chin). Source: Perfect Corp CameraKit's face
 * ratio; Yoti asks for 35 to 80 %.
 */
export const faceRatio: Measure = {
  id: 'face-ratio',
  unit: 'ratio',
  weight: 1,
  hysteresis: 0.015,
  blocksWhenUnknown: true,
  read({ analysis: { face, width, height } }) {
    if (face === null) return null;
    return width < height ? face.box.width / width : face.box.height / height;
  },
  score: (value, threshold) => bandScore(value, threshold, { span: 0.3 }),
  hint: (value, threshold) => ({
    code: threshold.min !== undefined && value < threshold.min ? 'come-closer' : 'move-back',
  }),
};
