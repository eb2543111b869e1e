import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';

export interface EmittedTypes {
  /** Packages that the declarations import from. */
  readonly packages: readonly string[];
}

/**
 * Writes the declarations of the entries and all that these need to `targetFolder`, by their paths in the project. null
 * where TypeScript is not installed, as in production. Rejects with what TypeScript said where it wrote none.
 */
export async function emitTypes(
  projectFolder: string,
  entries: readonly string[],
  draftFolder: string,
  targetFolder: string,
): Promise<EmittedTypes | null> {
  const compiler = join(projectFolder, 'node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) return null;
  const said = await run(compiler, [
    '-p',
    join(projectFolder, 'client'),
    ...['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', projectFolder],
    ...['--outDir', draftFolder],
  ]);
  const packages = new Set<string>();
  const open = entries.map((entry) => entry.replace(/\.ts$/, '.d.ts'));
  const seen = new Set(open);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const text = await readFile(join(draftFolder, path), 'utf8').catch(() => {
      throw new Error(`TypeScript wrote no ${path}\n${said}`);
    });
    for (const specifier of importsOf(text)) {
      if (!specifier.startsWith('.')) {
        packages.add(packageOf(specifier));
        continue;
      }
      const next = normalize(join(dirname(path), specifier)).replace(/\.ts$/, '.d.ts');
      if (!seen.has(next)) open.push(next);
      seen.add(next);
    }
    const target = join(targetFolder, relative('.', path));
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(draftFolder, path), target);
  }
  return { packages: [...packages].sort() };
}

function importsOf(declarations: string): string[] {
  const found = declarations.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g);
  return [...found].map((match) => match[2]!);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

async function run(script: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
    });
  }
  await once(child, 'close');
  return output;
}
