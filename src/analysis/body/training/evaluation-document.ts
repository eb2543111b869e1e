import {
  BODY_INPUTS,
  BODY_TIERS,
  type BodyInput,
  type BodyTier,
  TIER_INPUTS,
} from '../regressors/body-inputs.ts';
import type { BodyRegressors, Measuring } from '../regressors/body-regressors.ts';
import { BODY_TARGET_NAMES, type BodyTarget } from '../regressors/body-targets.ts';
import type { Outcome, Outcomes } from './evaluate-regressors.ts';
import { isInput, type Judgement, PLAIN_INPUTS } from './judge-regressors.ts';
import type { SplitPeople } from './split-people.ts';
import { bucketsOf, type OutcomeSummary, summariseOutcomes, worstRatio } from './summarise-outcomes.ts';

/** `evaluation.md`: everything that was measured, as Markdown. @param sections further ones, before the limits */
export function evaluationDocument(
  regressors: BodyRegressors,
  { test }: Pick<SplitPeople, 'test'>,
  judgement: Judgement,
  sections: readonly string[] = [],
): string {
  const { scaleShare, ownShare, ownMm } = regressors.noise;
  const women = test.filter(({ sex }) => sex === 'female').length;
  return `${[
    `# Body regressors ${regressors.version}: evaluation`,
    'Made by `npm run train:body -- --ansur FOLDER`; `npm run bench:body -- --ansur FOLDER` measures the same again.',
    `Fitted on ${regressors.people} people of ANSUR II (US Army, public release), held against ${test.length} others (${women} women, ${test.length - women} men). A hash of the subject's id says who is where. Choices were made by cross-validation within the first group alone, and the intervals are calibrated there, each person by a fit that has not seen their fold.`,
    `Millimetres. **exact**: inputs by calliper. **pipeline**: every input has errors of its own, ${percent(ownShare)} of it and ${ownMm} mm (standard deviations, both at once)${scaleShare > 0 ? `, and one of ${percent(scaleShare)} that all share` : ''}; five measurings a person. Cover: how often the truth is within the 90 % interval. ± behind a mean error is its standard error.`,
    '## Inputs',
    tierList(),
    '## Mean absolute error, sex told, beside plain linear fits on the same people',
    'The plain fits are least squares on breadths, depths, their products, the ellipses’ perimeters, stature and sex; the second has both shoulder breadths too, the third all inputs.',
    plainTable(judgement),
    '## Every case: mean absolute error / cover / half width of the interval',
    caseTable(judgement),
    'In the cases “all shares one scale” the share’s error is the same for all inputs of a measuring, as a wrong scale makes it: no input then tells of another’s error, and intervals that were made for errors of each input’s own are too narrow. `--scale-share` trains for it.',
    ...(['exact', 'pipeline'] as const).flatMap((measuring) => [
      `## Buckets: portrait, ${measuring}, sex told`,
      'Stature in thirds and size (chest, waist and hip together) in quarters, within the own sex. The last four rows of a target are quarters of its own true value: picking people by the figure that is judged also picks those of whom it is said wrongly, so that the ends are biased towards the middle.',
      bucketTable(judgement, measuring, 'portrait'),
    ]),
    ...sections,
    '## Limits',
    [
      '- Soldiers of 17 to 58 years: few are very slight, very stout or old, and none is a child. `beyondFitted` names inputs that nobody here had.',
      '- ANSUR II has no breadth or depth of the neck; its circumference is guessed from the trunk, the shoulders and the head.',
      '- Breadths were taken by calliper on bare skin. What clothes, hair and posture add is not in the errors above.',
    ].join('\n'),
  ].join('\n\n')}\n`;
}

function tierList(): string {
  return BODY_TIERS.map((tier, index) => {
    const before: readonly string[] = index === 0 ? [] : TIER_INPUTS[BODY_TIERS[index - 1]!];
    const added = TIER_INPUTS[tier].filter((name) => !before.includes(name));
    return `- **${tier}**: ${index === 0 ? '' : `${BODY_TIERS[index - 1]} and `}${added.map((name) => `\`${name}\``).join(', ')}`;
  })
    .concat(
      `Without all of a tier's inputs the next poorer one is used; ${Object.keys(BODY_INPUTS).length} in all.`,
    )
    .join('\n');
}

function plainTable({ plain, find }: Judgement): string {
  const columns: readonly (readonly [string, readonly BodyInput[], Outcomes])[] = [
    ['plain', PLAIN_INPUTS.trunk, plain.trunk],
    ['plain, shoulders', PLAIN_INPUTS.shoulders, plain.shoulders],
    ['plain, all', PLAIN_INPUTS.portrait, plain.portrait],
    ...BODY_TIERS.map((tier) => [`${tier}, exact`, TIER_INPUTS[tier], find('exact', tier)] as const),
  ];
  return table(
    ['', ...columns.map(([title]) => title)],
    BODY_TARGET_NAMES.map((target) => [
      target,
      ...columns.map(([, inputs, outcomes]) => {
        if (isInput(target, inputs)) return 'is an input';
        const { maeMm, maeErrorMm } = summariseOutcomes(outcomes[target]);
        return `${maeMm.toFixed(2)} ± ${maeErrorMm.toFixed(2)}`;
      }),
    ]),
  );
}

function caseTable({ cases }: Judgement): string {
  return table(
    ['', ...BODY_TARGET_NAMES],
    cases.map(({ title, case: tried, outcomes }) => [
      title,
      ...BODY_TARGET_NAMES.map((target) => {
        const isTrivial = tried.noise === null && isInput(target, TIER_INPUTS[tried.tier]);
        return isTrivial ? 'is an input' : summaryText(summariseOutcomes(outcomes[target]));
      }),
    ]),
  );
}

function summaryText({ maeMm, cover, halfWidthMm }: OutcomeSummary): string {
  return `${maeMm.toFixed(1)} / ${percent(cover)} / ${halfWidthMm.toFixed(0)}`;
}

function bucketTable({ find, training }: Judgement, measuring: Measuring, tier: BodyTier): string {
  const outcomes = find(measuring, tier);
  const targets = BODY_TARGET_NAMES.filter(
    (target) => measuring !== 'exact' || !isInput(target, TIER_INPUTS[tier]),
  );
  return table(
    ['', 'bucket', 'people', 'mean error', '÷ whole', 'bias', 'cover', 'half width'],
    targets.flatMap((target) => bucketRows(target, outcomes[target], training)),
  );
}

function bucketRows(
  target: BodyTarget,
  outcomes: readonly Outcome[],
  training: Judgement['training'],
): string[][] {
  const whole = { name: 'all', kind: 'size', holds: () => true } as const;
  return [whole, ...bucketsOf(target, training)].map((bucket, row) => {
    const held = outcomes.filter(({ person }) => bucket.holds(person));
    const { maeMm, biasMm, cover, halfWidthMm } = summariseOutcomes(held);
    return [
      row === 0 ? `**${target}**` : '',
      bucket.name,
      String(new Set(held.map(({ person }) => person.id)).size),
      maeMm.toFixed(1),
      worstRatio(outcomes, [bucket]).toFixed(2),
      biasMm.toFixed(1),
      percent(cover),
      halfWidthMm.toFixed(0),
    ];
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
