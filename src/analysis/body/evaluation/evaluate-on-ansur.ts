import { createHash } from 'node:crypto';
import type { ModelIdentity } from '../../../protocol/records.ts';
import { BODY_TARGET_NAMES, forEachTarget } from '../regressors/body-targets.ts';
import type { LoadedBodyRegressors } from '../regressors/load-body-regressors.ts';
import { type EvaluationCase, evaluateRegressors, type Outcome } from '../training/evaluate-regressors.ts';
import { DEFAULT_NOISE } from '../training/measure-again.ts';
import type { MeasuredPerson } from '../training/read-ansur.ts';
import type { SplitPeople } from '../training/split-people.ts';
import { bucketsOf } from '../training/summarise-outcomes.ts';
import type { Evaluation } from './evaluation.ts';
import { type BucketNames, type JudgedSize, summariseCase } from './summarise-cases.ts';
import { BODY_SHAPES, trueShape } from './true-shape.ts';

/** What measures people in service: a trunk out of pictures. The rest shows what further inputs would give. */
const CASES: readonly (Pick<EvaluationCase, 'tier' | 'isSexTold'> & { readonly title: string })[] = [
  { title: 'trunk, pipeline', tier: 'trunk', isSexTold: true },
  { title: 'trunk, pipeline, sex unknown', tier: 'trunk', isSexTold: false },
  { title: 'portrait, pipeline', tier: 'portrait', isSexTold: true },
];
/** The same errors for every version, whatever it was fitted with. */
const CONDITIONS = `errors of pictures, ${JSON.stringify(DEFAULT_NOISE)}`;

type Buckets = JudgedSize['buckets'];

/** On the people that no fit has seen: soldiers, whose skin nobody measured. */
export function evaluateOnAnsur(
  { regressors, identity }: LoadedBodyRegressors,
  { folds, test }: SplitPeople,
): Evaluation {
  const limits = folds.flat();
  const named = bucketsOf(BODY_TARGET_NAMES[0]!, limits).filter(({ kind }) => kind !== 'ownSize');
  const nameOf = (person: MeasuredPerson, kind: string) =>
    named.find((bucket) => bucket.kind === kind && bucket.holds(person))?.name;
  const bucketsById = new Map<string, Buckets>(
    test.map((person) => {
      const [sex, stature, size] = ['sex', 'stature', 'size'].map((kind) => nameOf(person, kind));
      const shape = shapeOf(person);
      return [
        person.id,
        { ...(sex && { sex }), ...(stature && { stature }), ...(size && { size }), ...(shape && { shape }) },
      ];
    }),
  );
  const names: BucketNames = [
    ...(['sex', 'stature', 'size'] as const).map(
      (kind) => [kind, named.filter((bucket) => bucket.kind === kind).map(({ name }) => name)] as const,
    ),
    ['shape', BODY_SHAPES] as const,
  ];
  const judgedOf = ({ person, errorMm, halfWidthMm }: Outcome): JudgedSize => ({
    personId: person.id,
    errorMm,
    halfWidthMm,
    buckets: bucketsById.get(person.id) ?? {},
  });
  return {
    model: identity satisfies ModelIdentity,
    dataset: { kind: 'ansur', id: idOf(test, bucketsById), people: test.length },
    conditions: CONDITIONS,
    cases: CASES.map(({ title, ...tried }) => {
      const outcomes = evaluateRegressors(regressors, test, {
        ...tried,
        measuring: 'pipeline',
        noise: DEFAULT_NOISE,
      });
      const sizes = BODY_TARGET_NAMES.map((target) => [target, outcomes[target].map(judgedOf)] as const);
      return summariseCase(title, sizes, names);
    }),
  };
}

function shapeOf({ sizes, sex }: MeasuredPerson) {
  const cm = forEachTarget((target) => sizes[target] / 10);
  return trueShape(
    {
      chest_circumference_cm: cm.chest,
      waist_circumference_cm: cm.waist,
      hip_circumference_cm: cm.hip,
      shoulder_width_cm: cm.shoulder,
    },
    sex,
  );
}

/** Of the people and of who is in which bucket: what differs in either cannot be compared. */
function idOf(people: readonly MeasuredPerson[], buckets: ReadonlyMap<string, Buckets>): string {
  const rows = people.map((person) => [person, buckets.get(person.id)]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}
