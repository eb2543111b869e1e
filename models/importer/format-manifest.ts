import type { ModelManifest } from '../../src/vision/model-manifest.ts';

const LINE_WIDTH = 110;
const INDENT = '  ';

function format(value: unknown, indent: string, room: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent + INDENT;
  if (Array.isArray(value)) {
    const flat = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isFlat = value.every((item) => typeof item !== 'object') && flat.length <= room;
    if (value.length === 0 || isFlat) return flat;
    return `[\n${value.map((item) => inner + format(item, inner, LINE_WIDTH)).join(',\n')}\n${indent}]`;
  }
  const lines = Object.entries(value).map(([key, item]) => {
    const start = `${inner}${JSON.stringify(key)}: `;
    return start + format(item, inner, LINE_WIDTH - start.length - 1);
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** The manifest as the project's formatter leaves it, so that recording a hash changes one line. */
export function formatManifest(manifest: ModelManifest): string {
  return `${format(manifest, '', LINE_WIDTH)}\n`;
}
