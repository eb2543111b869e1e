import type { ContourOptions } from '../../../protocol/contour-options.ts';
import { hundredths, type Outline, type Shape } from './geometry/outline.ts';
import { type Placement, placed } from './geometry/placement.ts';

export interface DrawnRegion {
  /** The map's label or the region's name. */
  readonly id: string;
  /** Pixels of the image as it came. */
  readonly shapes: readonly Shape[];
  /** It lies around the others, and is never filled: it would colour all of them. */
  readonly isFrame?: boolean;
}

/** Okabe and Ito's palette, told apart with every kind of colour vision; the yellow is left out, which skin hides. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'] as const;
const DEFAULT_TITLE = 'Facial contours';
/** Line and dashes, of the drawing's longer side. */
const LINE_SHARE = 0.003;
const DASH_LINES = 4;

/**
 * The regions as an SVG document of the turned, cropped picture's size: without the picture, which whoever has it may
 * lay beneath. Each region is one path `region-<id>` with a title of its own.
 */
export function contourSvg(
  regions: readonly DrawnRegion[],
  placement: Placement,
  options: ContourOptions,
): string {
  const { width, height, matrix } = placement;
  const line = hundredths(Math.max(1, LINE_SHARE * Math.max(width, height)));
  const names = regions.map(({ id }) => options.labels?.[id] ?? nameOf(id));
  const paint =
    options.style === 'filled'
      ? 'fill-opacity="0.35"'
      : `fill="none" stroke-dasharray="${hundredths(line * DASH_LINES)} ${hundredths(line * DASH_LINES * 0.75)}"`;
  const paths = regions.map(({ id, shapes, isFrame = false }, index) => {
    const colour = COLOURS[index % COLOURS.length]!;
    const fill = options.style === 'filled' ? ` fill="${isFrame ? 'none' : colour}"` : '';
    const lines = shapes.flatMap(({ outer, holes }) => [outer, ...holes]);
    const data = lines.map((outline) => pathOf(placed(outline, matrix))).join('');
    return (
      `<path id="${escaped(`region-${id}`)}"${fill} stroke="${colour}" d="${data}">` +
      `<title>${escaped(names[index]!)}</title></path>`
    );
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      'role="img" aria-labelledby="contours-title contours-description">',
    `<title id="contours-title">${escaped(options.title ?? DEFAULT_TITLE)}</title>`,
    `<desc id="contours-description">${escaped(describe(names))}</desc>`,
    `<g ${paint} fill-rule="evenodd" stroke-width="${line}" stroke-linejoin="round" stroke-linecap="round">`,
    ...paths,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function describe(names: readonly string[]): string {
  const count = names.length === 1 ? '1 region' : `${names.length} regions`;
  return `Outlines of ${count} of a face: ${names.join(', ')}.`;
}

/** `left-eye` → `Left eye`, `3` → `Region 3`. */
function nameOf(id: string): string {
  if (/^\d+$/.test(id)) return `Region ${id}`;
  const words = id.replaceAll('-', ' ');
  return words[0]!.toUpperCase() + words.slice(1);
}

function pathOf(outline: Outline): string {
  let data = '';
  for (let i = 0; i < outline.length; i += 2) {
    data += `${i === 0 ? 'M' : 'L'}${hundredths(outline[i]!)} ${hundredths(outline[i + 1]!)}`;
  }
  return `${data}Z`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and attributes; characters that XML 1.0 does not allow at all are left out. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
  );
}
