import type { EvaluatedBucket, Evaluation } from './evaluation.ts';
import { LEAST_PEOPLE, MAX_WORSE_SHARE } from './judge-promotion.ts';

const KIND_TITLES: Readonly<Record<EvaluatedBucket['kind'], string>> = {
  all: '',
  sex: 'sex',
  stature: 'stature',
  size: 'size',
  shape: 'shape',
  skinTone: 'skin tone',
};

/** What the gate judges, as Markdown: a section that can stand in a document or alone. */
export function evaluationSection({ dataset, conditions, cases, model }: Evaluation): string {
  const { kind, id, people } = dataset;
  const who = kind === 'ansur' ? 'people of ANSUR II that no fit has seen' : 'people of exported captures';
  return [
    '## What the promotion gate judges',
    `\`framegate models evaluate ${model.name} --version ${model.version}\`: ${people} ${who} (set ${id.slice(0, 12)}), ${conditions}. Millimetres. A version is refused that errs more than ${MAX_WORSE_SHARE * 100} % more than the one in use in any bucket of at least ${LEAST_PEOPLE} people. Shape is that of the true sizes.`,
    ...cases.flatMap(({ title, targets }) => [
      `### ${title}`,
      table(
        ['', 'bucket', 'people', 'mean error', '÷ whole', 'bias', 'cover'],
        targets.flatMap(({ target, buckets }) => rowsOf(target, buckets)),
      ),
    ]),
  ].join('\n\n');
}

/** A document of its own, for people of exported captures. */
export function evaluationReport(evaluation: Evaluation): string {
  const { name, version } = evaluation.model;
  return `# ${name} ${version}: evaluation\n\n${evaluationSection(evaluation)}\n`;
}

function rowsOf(target: string, buckets: readonly EvaluatedBucket[]): string[][] {
  const whole = buckets[0]?.maeMm ?? 0;
  return buckets.map(({ kind, name, people, maeMm, biasMm, cover }, row) => [
    row === 0 ? `**${target}**` : '',
    kind === 'all' ? 'all' : `${KIND_TITLES[kind]}: ${name}`,
    String(people),
    maeMm.toFixed(1),
    whole === 0 ? '' : (maeMm / whole).toFixed(2),
    biasMm.toFixed(1),
    `${(cover * 100).toFixed(1)} %`,
  ]);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
