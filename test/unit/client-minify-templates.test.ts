import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { minifyTemplates } from '../../client/build/minify-templates.ts';

function minify(code: string, id = '/client/a.js'): string {
  const { transform } = minifyTemplates();
  const run = transform as unknown as (this: object, code: string, id: string) => { code: string } | null;
  const context = { parse: (source: string) => parseSync(id, source).program };
  return run.call(context, code, id)?.code ?? code;
}

test('styles lose comments and layout, and keep their meaning', () => {
  const styles = `
    const styles = css\`
      /* why */
      :host([dir='rtl']) .a .b,
      .c > .d {
        margin: calc(1px + 2px) auto; color: var(--x, #fff);
      }
      \${more}
    \`;`;
  expect(minify(styles)).toContain(
    `css\` :host([dir='rtl']) .a .b,.c > .d{margin: calc(1px + 2px) auto;color: var(--x,#fff);}\${more} \``,
  );
});

test('markup loses line breaks only, also inside of an expression; expressions and other texts stay', () => {
  const markup = `
    const view = html\`<p>
        One  two
        \${list.map((item) => html\`<b
          class="x">\${item + 'a\\n  b'}</b>\`)}
      </p>\`;
    const text = \`as
      it is\`;`;
  const small = minify(markup);
  expect(small).toContain('html`<p> One  two ${');
  expect(small).toContain(`html\`<b class="x">\${item + 'a\\n  b'}</b>\``);
  expect(small).toContain('`as\n      it is`');
});

test.each(['/client/a.js', '/client/a.ts'])('the space beside an expression stays (%s)', (id) => {
  const [one, other] = [
    minify(`css\`a { margin: \${x} auto \${y}; }\``, id),
    minify(`html\`<b>\${x} \${y}</b>\``, id),
  ];
  expect(one).toBe(`css\`a{margin: \${x} auto \${y};}\``);
  expect(other).toBe(`html\`<b>\${x} \${y}</b>\``);
});

test('packages are left alone', () => {
  const code = 'css`\n  a {}\n`';
  expect(minify(code, '/node_modules/lit/a.js')).toBe(code);
});
