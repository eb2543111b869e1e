import { SKIN_FAULTS } from '../../src/synthetic/skin-faults/draw-skin-fault.ts';
import { type Figures, figure } from '../bench/figures.ts';
import { measureFaultResponse, worstCrossTalk } from './fault-response.ts';
import { measureRepeatability } from './repeatability.ts';
import type { SkinPicture } from './skin-pictures.ts';
import type { SkinReader } from './skin-reader.ts';
import { measureToneSpread } from './tone-spread.ts';

export const SKIN_PARTS = ['faults', 'repeat', 'tones'] as const;

export interface SkinAccuracyOptions {
  readonly reader: SkinReader;
  readonly pictures: readonly SkinPicture[];
  /** The same face in every tone. */
  readonly tones: readonly SkinPicture[];
  readonly strengths: readonly number[];
  readonly parts: readonly (typeof SKIN_PARTS)[number][];
  print(line: string): void;
}

/** Prints a table for each part, and gives its figures. */
export async function measureSkinAccuracy(options: SkinAccuracyOptions): Promise<Figures> {
  const { reader, pictures, tones, strengths, parts, print } = options;
  let figures: Figures = {};
  const number = (value: number) => value.toFixed(2).padStart(8);
  const progress = (what: string) => (done: number, all: number) => {
    if (done % 50 === 0 || done === all) print(`${what}: ${done} of ${all}`);
  };

  if (parts.includes('faults')) {
    const response = await measureFaultResponse(reader, pictures, strengths, progress('faults'));
    print(`\n${'concern'.padEnd(22)} Spearman   lowest     fall   moves with others' faults ÷ own fall`);
    for (const id of SKIN_FAULTS) {
      const { median, lowest, fall } = response.own[id];
      const others = SKIN_FAULTS.filter((fault) => fault !== id)
        .map((fault) => ({ fault, share: response.crossTalk[id][fault] }))
        .toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share))
        .slice(0, 4)
        .map(({ fault, share }) => `${fault} ${share.toFixed(2)}`);
      print(`${id.padEnd(22)} ${number(median)} ${number(lowest)} ${number(fall)}   ${others.join(', ')}`);
    }
    const worst = worstCrossTalk(response);
    figures = {
      ...figures,
      skinOwnFaultSpearmanMin: figure(
        Math.min(...SKIN_FAULTS.map((id) => response.own[id].median)),
        'Spearman, median of pictures',
        0.95,
      ),
      skinOwnFaultSpearmanLowest: figure(
        Math.min(...SKIN_FAULTS.map((id) => response.own[id].lowest)),
        'Spearman, any picture',
      ),
      skinCrossTalkMax: figure(worst.share, `of own fall: ${worst.concern} with ${worst.fault}`, 0.2),
    };
  }

  if (parts.includes('repeat')) {
    const { sd, moves } = await measureRepeatability(reader, pictures, progress('copies'));
    print(`\n${'concern'.padEnd(22)}   SD rms   median     most   median moves by copy`);
    for (const id of SKIN_FAULTS) {
      const { rms, median, most } = sd[id];
      const by = Object.entries(moves)
        .slice(1)
        .map(([name, move]) => `${name} ${move[id].toFixed(1)}`);
      print(`${id.padEnd(22)} ${number(rms)} ${number(median)} ${number(most)}   ${by.join(', ')}`);
    }
    figures = {
      ...figures,
      skinRepeatSdMax: figure(
        Math.max(...SKIN_FAULTS.map((id) => sd[id].rms)),
        'points, rms over pictures, worst concern',
        2,
      ),
      skinRepeatSdWorstPicture: figure(
        Math.max(...SKIN_FAULTS.map((id) => sd[id].most)),
        'points, any picture',
      ),
    };
  }

  if (parts.includes('tones')) {
    const scores = await measureToneSpread(reader, tones, progress('tones'));
    print(`\n${'concern'.padEnd(22)}   spread   scores from the lightest tone to the darkest`);
    const spreads = SKIN_FAULTS.map((id) => {
      const known = scores[id].filter((score) => score !== null);
      const spread = Math.max(...known) - Math.min(...known);
      const list = scores[id].map((score) => (score === null ? '–' : score.toFixed(0)));
      print(`${id.padEnd(22)} ${number(spread)}   ${list.join(' ')}`);
      return spread;
    });
    figures = { ...figures, skinToneSpreadMax: figure(Math.max(...spreads), 'points', 5) };
  }
  return figures;
}
