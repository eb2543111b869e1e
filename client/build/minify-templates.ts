import type { Plugin } from 'vite';

const TAGS: Readonly<Record<string, (text: string) => string>> = {
  css: (text) =>
    text
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,]) ?/g, '$1'),
  html: collapse,
  svg: collapse,
};

/** Runs of white space that hold a line break are layout of the source; one space means the same in HTML. */
function collapse(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

interface Place {
  readonly start: number;
  readonly end: number;
}

interface Edit extends Place {
  readonly text: string;
}

/** Takes the source's layout out of Lit's templates, which minifiers leave alone. */
export function minifyTemplates(): Plugin {
  return {
    name: 'framegate:minify-templates',
    apply: 'build',
    enforce: 'post',
    transform(code, id) {
      if (id.includes('/node_modules/') || !/\b(?:css|html|svg)`/.test(code)) return null;
      const edits: Edit[] = [];
      collectEdits(this.parse(code), code, edits);
      return { code: applied(code, edits), map: null };
    },
  };
}

function collectEdits(node: unknown, code: string, edits: Edit[]): void {
  if (Array.isArray(node)) {
    for (const item of node) collectEdits(item, code, edits);
    return;
  }
  if (!isNode(node)) return;
  if (node.type === 'TaggedTemplateExpression') {
    const { tag, quasi } = node as unknown as TaggedTemplate;
    const minify = tag.type === 'Identifier' ? TAGS[tag.name ?? ''] : undefined;
    if (minify !== undefined) {
      for (const { start, end } of textsOf(quasi))
        edits.push({ start, end, text: minify(code.slice(start, end)) });
    }
  }
  for (const inner of Object.values(node)) collectEdits(inner, code, edits);
}

/** What stands between back-ticks and `${}`: by the kind of tree, a piece's place is with these or without. */
function textsOf({ start: templateStart, quasis }: TaggedTemplate['quasi']): Place[] {
  if (quasis[0]?.start !== templateStart) return [...quasis];
  return quasis.map(({ start, end }, index) => ({
    start: start + 1,
    end: end - (index === quasis.length - 1 ? 1 : 2),
  }));
}

function applied(code: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text } of [...edits].sort((one, other) => one.start - other.start)) {
    result += code.slice(at, start) + text;
    at = end;
  }
  return result + code.slice(at);
}

interface Node {
  readonly type: string;
}

interface TaggedTemplate {
  readonly tag: { readonly type: string; readonly name?: string };
  readonly quasi: Place & { readonly quasis: readonly Place[] };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
