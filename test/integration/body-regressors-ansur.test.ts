import { beforeAll, describe, expect, it, test } from 'vitest';
import { TIER_INPUTS } from '../../src/analysis/body/regressors/body-inputs.ts';
import { BODY_TARGET_NAMES } from '../../src/analysis/body/regressors/body-targets.ts';
import { loadBodyRegressors } from '../../src/analysis/body/regressors/load-body-regressors.ts';
import {
  CIRCUMFERENCES,
  isInput,
  type Judgement,
  judgeRegressors,
} from '../../src/analysis/body/training/judge-regressors.ts';
import { readAnsur } from '../../src/analysis/body/training/read-ansur.ts';
import { splitPeople } from '../../src/analysis/body/training/split-people.ts';
import {
  bucketsOf,
  summariseOutcomes,
  worstRatio,
} from '../../src/analysis/body/training/summarise-outcomes.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { sharedData } from '../support/shared-data.ts';

const ansur = sharedData('anthropometry');

describe.skipIf(ansur === null)(
  'the fitted regressors, on the people of ANSUR II that they have not seen (skipped where it is missing)',
  () => {
    let judgement: Judgement;
    beforeAll(async () => {
      const { regressors } = await loadBodyRegressors(MODELS_FOLDER);
      judgement = judgeRegressors(regressors, splitPeople(await readAnsur(ansur!)));
    });

    test.each(CIRCUMFERENCES)(
      '%s: better than the plain linear fit, within 25 mm out of pictures',
      (target) => {
        const errorOf = (outcomes: ReturnType<Judgement['find']>) =>
          summariseOutcomes(outcomes[target]).maeMm;
        const { find, plain } = judgement;
        expect(errorOf(find('exact', 'trunk'))).toBeLessThan(errorOf(plain.trunk));
        expect(errorOf(find('exact', 'portrait'))).toBeLessThan(0.97 * errorOf(plain.trunk));
        expect(errorOf(find('pipeline', 'trunk'))).toBeLessThan(25);
      },
    );

    test.each(CIRCUMFERENCES)('%s: no sex, stature or size is worse than 1.3 times the whole', (target) => {
      const { find, training } = judgement;
      const buckets = bucketsOf(target, training).filter(({ kind }) => kind !== 'ownSize');
      expect(worstRatio(find('exact', 'portrait')[target], buckets)).toBeLessThan(1.3);
      expect(worstRatio(find('pipeline', 'outline')[target], buckets)).toBeLessThan(1.3);
    });

    it('has intervals that hold with the errors that they were made for', () => {
      const covers = judgement.cases
        .filter(({ title }) => !title.includes('one scale'))
        .flatMap(({ title, case: { noise, tier }, outcomes }) =>
          BODY_TARGET_NAMES.filter((target) => noise !== null || !isInput(target, TIER_INPUTS[tier])).map(
            (target) => ({ title, target, cover: summariseOutcomes(outcomes[target]).cover }),
          ),
        );
      expect(covers).toHaveLength(4 * 4 * 8 - 2 * 2 * 2);
      const beyond = (points: number) => covers.filter(({ cover }) => Math.abs(cover - 0.9) > points / 100);
      expect(beyond(2).filter(({ target }) => CIRCUMFERENCES.some((name) => name === target))).toEqual([]);
      // Three standard errors of a share of so many people: among a hundred shares some are that far off.
      expect(beyond(2.6)).toEqual([]);
    });
  },
);
