import { numberText } from '../report/number-text.ts';
import { escaped, px, svgPicture, textWidth } from '../report/plots/svg.ts';
import type { ThreadSummary } from './profile-summary.ts';
import type { CallNode } from './profile-tree.ts';

const ROW_PX = 18;
const MIN_WIDTH_PX = 1.2;
const LETTERS_FROM_PX = 30;
const MAX_ROWS = 24;

/** Colours by whose code it is: the product's folders, packages, Node, V8. */
const OWNERS: readonly (readonly [RegExp, number])[] = [
  [/^src\/vision\//, 1],
  [/^src\/edge\//, 3],
  [/^src\/protocol\//, 4],
  [/^src\//, 6],
  [/^node:/, 7],
  [/^$/, 8],
];
const PACKAGE_COLOUR = 2;

export const ICICLE_LEGEND: readonly { readonly name: string; readonly colour: number }[] = [
  { name: 'src/vision', colour: 1 },
  { name: 'src/edge', colour: 3 },
  { name: 'src/protocol', colour: 4 },
  { name: 'other src', colour: 6 },
  { name: 'packages', colour: PACKAGE_COLOUR },
  { name: 'Node', colour: 7 },
  { name: 'native, V8', colour: 8 },
];

/** Callers above, what they called below them; a box as wide as the CPU time it and its callees took. */
export function iciclePlot({ name, tree }: ThreadSummary, frames: number, width: number): string {
  const perUs = width / Math.max(1, tree.totalUs);
  const drawn: string[] = [];
  let deepest = 0;

  function draw(node: CallNode, left: number, row: number): void {
    const boxWidth = node.totalUs * perUs;
    if (boxWidth < MIN_WIDTH_PX || row >= MAX_ROWS) return;
    deepest = Math.max(deepest, row);
    const usPerFrame = `${numberText(node.totalUs / Math.max(1, frames))} µs a frame`;
    const told = `${node.name} ${node.place || node.nearestPlace}: ${usPerFrame}, itself ${numberText(node.selfUs / Math.max(1, frames))}`;
    const colour = OWNERS.find(([pattern]) => pattern.test(node.place))?.[1] ?? PACKAGE_COLOUR;
    const letters = Math.floor((boxWidth - 8) / textWidth('m'));
    const label = node.name === '(anonymous)' ? unnamed(node) : node.name;
    drawn.push(
      `<g><title>${escaped(told)}</title>` +
        `<rect class="box f${colour}" x="${px(left)}" y="${row * ROW_PX}" width="${px(Math.max(0.5, boxWidth - 0.6))}" height="${ROW_PX - 1}"/>`,
      boxWidth < LETTERS_FROM_PX
        ? ''
        : `<text x="${px(left + 4)}" y="${row * ROW_PX + 13}" class="boxed">${escaped(shortened(label, letters))}</text>`,
      '</g>',
    );
    let x = left;
    for (const child of node.children) {
      draw(child, x, row + 1);
      x += child.totalUs * perUs;
    }
  }

  let x = 0;
  for (const child of tree.children) {
    draw(child, x, 0);
    x += child.totalUs * perUs;
  }
  return svgPicture({ width, height: (deepest + 1) * ROW_PX }, `Calls of ${name} by CPU time`, drawn);
}

/** A function without a name goes by its file, a native one by who called it. */
function unnamed({ place, nearestPlace }: CallNode): string {
  return place === '' ? `native, ${nearestPlace}` : place.slice(place.lastIndexOf('/') + 1);
}

function shortened(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
}
