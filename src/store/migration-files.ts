/** The numbered migrations beside this file, as templates of SQL. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { FramegateError } from '../protocol/framegate-error.ts';
import { tokens } from './sql-tokens.ts';

export interface Migration {
  readonly id: number;
  /** The file's name without its ending. */
  readonly name: string;
  /** SHA-256 of the template, so that it does not depend on settings. */
  readonly checksum: string;
  readonly template: string;
}

const FILE = /^(\d{3})-[a-z0-9-]+\.sql$/;

/** In the order of their numbers, which begin at 1 and have no gap. */
export async function readMigrations(
  folder: URL = new URL('./migrations/', import.meta.url),
): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).sort();
  const migrations = await Promise.all(
    names.map(async (file, i) => {
      const template = await readFile(new URL(file, folder), 'utf8');
      const id = Number(file.slice(0, 3));
      if (id !== i + 1)
        throw new FramegateError('internal', `Migration ${file} should have the number ${i + 1}`);
      const checksum = createHash('sha256').update(template).digest('hex');
      return { id, name: file.slice(0, -'.sql'.length), checksum, template };
    }),
  );
  return migrations;
}

/**
 * The statements of one migration. `{{on_cluster}}` and `{{engine X}}` become replicated tables on `cluster`, plain
 * ones without.
 */
export function renderMigration(template: string, cluster: string | undefined): string[] {
  const onCluster = cluster === undefined ? '' : `ON CLUSTER \`${cluster.replaceAll('`', '')}\``;
  const sql = template
    .replaceAll('{{on_cluster}}', onCluster)
    .replaceAll(/\{\{engine ([^}]+)\}\}/g, (_, engine: string) =>
      cluster === undefined ? engine : `Replicated${engine}`,
    );
  const statements: string[] = [];
  let start = 0;
  for (const token of tokens(sql)) {
    if (token.text !== ';') continue;
    statements.push(sql.slice(start, token.start).trim());
    start = token.end;
  }
  return statements.filter((statement) => tokens(statement).next().done !== true);
}
