import { TIER_INPUTS } from '../../src/analysis/body/regressors/body-inputs.ts';
import { BODY_TARGET_NAMES } from '../../src/analysis/body/regressors/body-targets.ts';
import { loadBodyRegressors } from '../../src/analysis/body/regressors/load-body-regressors.ts';
import {
  CIRCUMFERENCES,
  isInput,
  judgeRegressors,
} from '../../src/analysis/body/training/judge-regressors.ts';
import { readAnsur } from '../../src/analysis/body/training/read-ansur.ts';
import { splitPeople } from '../../src/analysis/body/training/split-people.ts';
import {
  type Bucket,
  bucketsOf,
  summariseOutcomes,
  worstRatio,
} from '../../src/analysis/body/training/summarise-outcomes.ts';
import { type Figure, type Figures, figure } from '../bench/figures.ts';

const GOALS_MM = { chest: 15.5, waist: 11.5, hip: 12, neck: 10.5 } as const;
const PIPELINE_GOAL_MM = 25;
const RATIO_GOAL = 1.3;
const COVER_GOAL_POINTS = 2;
const COVER = 0.9;

interface Measuring {
  readonly modelsFolder: string;
  readonly ansur: string;
  readonly print: (line: string) => void;
}

/** The committed regressors against the people of ANSUR II that no fit has seen. */
export async function measureBodyRegressors({ modelsFolder, ansur, print }: Measuring): Promise<Figures> {
  const { regressors, identity } = await loadBodyRegressors(modelsFolder);
  const split = splitPeople(await readAnsur(ansur));
  print(`${identity.name} ${identity.version}: ${split.test.length} people held out`);
  const { find, plain, cases, training } = judgeRegressors(regressors, split);
  const exact = find('exact', 'portrait');
  const pipeline = find('pipeline', 'portrait');
  const unknown = cases.find(({ title }) => title === 'portrait, exact, sex unknown')!.outcomes;

  const worstOf = (kinds: readonly Bucket['kind'][]) =>
    Math.max(
      ...CIRCUMFERENCES.map((target) =>
        worstRatio(
          exact[target],
          bucketsOf(target, training).filter(({ kind }) => kinds.includes(kind)),
        ),
      ),
    );
  const coverOff = [
    ...BODY_TARGET_NAMES.filter((target) => !isInput(target, TIER_INPUTS.portrait)).map(
      (target) => exact[target],
    ),
    ...BODY_TARGET_NAMES.map((target) => pipeline[target]),
  ].map((outcomes) => Math.abs(summariseOutcomes(outcomes).cover - COVER) * 100);

  const figures: Record<string, Figure> = {};
  for (const target of CIRCUMFERENCES) {
    const errorOf = (outcomes: typeof exact) => summariseOutcomes(outcomes[target]).maeMm;
    figures[`${target}MaeMm`] = figure(errorOf(exact), 'mm', GOALS_MM[target]);
    figures[`${target}PlainLinearMaeMm`] = figure(errorOf(plain.trunk), 'mm');
    figures[`${target}PlainLinearSameInputsMaeMm`] = figure(errorOf(plain.portrait), 'mm');
    figures[`${target}SexUnknownMaeMm`] = figure(errorOf(unknown), 'mm');
    figures[`${target}PipelineMaeMm`] = figure(errorOf(pipeline), 'mm', PIPELINE_GOAL_MM);
    figures[`${target}Cover`] = figure(summariseOutcomes(exact[target]).cover * 100, '%');
  }
  return {
    ...figures,
    worstBucketRatio: figure(worstOf(['sex', 'stature', 'size']), 'ratio', RATIO_GOAL),
    worstOwnSizeRatio: figure(worstOf(['ownSize']), 'ratio'),
    worstCoverOffPoints: figure(Math.max(...coverOff), 'points from 90 %', COVER_GOAL_POINTS),
  };
}
