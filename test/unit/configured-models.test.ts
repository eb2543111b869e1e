import { describe, expect, it } from 'vitest';
import { configuredPoseModels } from '../../src/cli/import-configured-models.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { POSE_MODEL_SIZES } from '../../src/vision/load-pose-models.ts';
import { openModels } from '../../src/vision/model-registry.ts';

const MACHINE = { hostName: 'a', cores: 1, workingFolder: '/home/x', packageFolder: '/opt/fg' };

function namesFor(environment: Record<string, string>): string[] {
  return configuredPoseModels(parseConfig(environment, MACHINE));
}

describe('the pose models of a configuration', () => {
  it('are the detector, the live model and that of workers', () => {
    expect(namesFor({})).toEqual(['pose-detector', 'pose-landmark-lite', 'pose-landmark-full']);
  });

  it('are named once where both are the same', () => {
    const names = namesFor({ FRAMEGATE_LIVE_POSE_MODEL: 'heavy', FRAMEGATE_POSE_MODEL: 'heavy' });
    expect(names).toEqual(['pose-detector', 'pose-landmark-heavy']);
  });

  it.each(POSE_MODEL_SIZES)('are in the project’s manifest: %s', async (size) => {
    const { names } = await openModels();
    expect(names).toEqual(expect.arrayContaining(namesFor({ FRAMEGATE_POSE_MODEL: size })));
  });

  it('have a size that there is', () => {
    expect(() => namesFor({ FRAMEGATE_POSE_MODEL: 'huge' })).toThrow(/FRAMEGATE_POSE_MODEL/);
  });
});
