import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { BODY_INPUT_NAMES, type BodyInput } from '../regressors/body-inputs.ts';
import { type BodyTarget, forEachTarget } from '../regressors/body-targets.ts';
import type { Sex } from '../regressors/body-terms.ts';

/** One soldier, measured by calliper and tape. Millimetres. */
export interface MeasuredPerson {
  readonly id: string;
  readonly sex: Sex;
  readonly inputs: Readonly<Record<BodyInput, number>>;
  readonly sizes: Readonly<Record<BodyTarget, number>>;
}

const FILES: Readonly<Record<Sex, string>> = {
  female: 'ANSUR_II_FEMALE_Public.csv',
  male: 'ANSUR_II_MALE_Public.csv',
};

const INPUT_COLUMNS: Readonly<Record<BodyInput, string>> = {
  chestBreadthMm: 'chestbreadth',
  chestDepthMm: 'chestdepth',
  waistBreadthMm: 'waistbreadth',
  waistDepthMm: 'waistdepth',
  hipBreadthMm: 'hipbreadth',
  hipDepthMm: 'buttockdepth',
  statureMm: 'stature',
  shoulderBreadthMm: 'bideltoidbreadth',
  acromionBreadthMm: 'biacromialbreadth',
  crotchHeightMm: 'crotchheight',
  acromionHeightMm: 'acromialheight',
  napeHeightMm: 'cervicaleheight',
  chestHeightMm: 'chestheight',
  waistHeightMm: 'waistheightomphalion',
  hipHeightMm: 'buttockheight',
  armpitHeightMm: 'axillaheight',
  trochanterHeightMm: 'trochanterionheight',
  kneeHeightMm: 'kneeheightmidpatella',
  wristHeightMm: 'wristheight',
  headBreadthMm: 'headbreadth',
  cheekboneBreadthMm: 'bizygomaticbreadth',
  headLengthMm: 'headlength',
  faceHeightMm: 'mentonsellionlength',
};

const TARGET_COLUMNS: Readonly<Record<BodyTarget, string>> = {
  chest: 'chestcircumference',
  waist: 'waistcircumference',
  hip: 'buttockcircumference',
  neck: 'neckcircumference',
  inseam: 'crotchheight',
  shoulder: 'biacromialbreadth',
  torso: 'waistbacklength',
  sleeve: 'sleevelengthspinewrist',
};

/**
 * Reads both files of ANSUR II's public release out of a folder.
 * Rejects with dependency-missing where one is not there, config-invalid where it is not such a file.
 */
export async function readAnsur(folder: string): Promise<MeasuredPerson[]> {
  const people: MeasuredPerson[] = [];
  for (const sex of ['female', 'male'] as const) {
    people.push(...parseAnsur(await readAnsurFile(join(folder, FILES[sex])), sex));
  }
  return people;
}

async function readAnsurFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (cause) {
    throw new FramegateError('dependency-missing', `ANSUR II is not there: ${path} cannot be read`, {
      cause,
    });
  }
}

/** The people of one sex's file. Throws config-invalid for a column that is missing, or a value that is no size. */
export function parseAnsur(text: string, sex: Sex): MeasuredPerson[] {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const columns = header.split(',').map((name) => name.trim().toLowerCase());
  const indexOf = (column: string): number => {
    const index = columns.indexOf(column);
    if (index < 0) throw new FramegateError('config-invalid', `an ANSUR file has no column ${column}`);
    return index;
  };
  const idAt = indexOf('subjectid');
  const inputsAt = BODY_INPUT_NAMES.map((name) => [name, indexOf(INPUT_COLUMNS[name])] as const);
  const targetsAt = forEachTarget((target) => indexOf(TARGET_COLUMNS[target]));
  return lines.map((line, row) => {
    const cells = line.split(',');
    const sizeAt = (index: number): number => {
      const value = Number(cells[index]);
      if (value > 0) return value;
      throw new FramegateError(
        'config-invalid',
        `an ANSUR file has no size of ${columns[index]} in row ${row + 2}`,
      );
    };
    return {
      id: cells[idAt]!,
      sex,
      inputs: Object.fromEntries(inputsAt.map(([name, index]) => [name, sizeAt(index)])) as Record<
        BodyInput,
        number
      >,
      sizes: forEachTarget((target) => sizeAt(targetsAt[target])),
    };
  });
}
