/** An answer of the local provider, shortened to three conditions. */
export const ANALYSIS_EXAMPLE = {
  success: true,
  data: {
    analysisId: '0b6c1f8e-52f4-4f6f-9a52-6a1b2f2f0a10',
    provider: 'local',
    skinType: 'combination',
    skinTypeConfidence: 0.3,
    isSensitive: false,
    programCode: 99,
    overallScore: 84.9,
    conditions: {
      acne: { score: 88.2, severity: 'mild', decile: 9, confidence: 0.55, doubts: [] },
      wrinkle: {
        score: 90.4,
        severity: 'mild',
        decile: 10,
        regions: { forehead: 87.1, 'left-crowfeet': 91.5 },
        confidence: 0.48,
        doubts: ['out-of-focus'],
      },
      oiliness: { score: 76.1, severity: 'moderate', decile: 8, confidence: 0.6, doubts: [] },
    },
    masks: [
      {
        condition: 'acne',
        box: { x: 0.22, y: 0.18, width: 0.56, height: 0.61 },
        pngBase64:
          'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAACklEQVQImWP4DwABAQEADeY2wwAAAABJRU5ErkJggg==',
      },
    ],
    notice: 'Measured from one photograph for cosmetic use. This is not a medical device and no diagnosis.',
  },
  meta: { requestId: '6f1f0b52-3f0e-4f0c-8a5e-7d9a2f7f1c11', analysisSessionId: 'session-7', frameSeq: '12' },
} as const;
