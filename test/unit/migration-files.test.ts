import { describe, expect, it } from 'vitest';
import { readMigrations, renderMigration } from '../../src/store/migration-files.ts';

describe('the migrations', () => {
  it('are numbered without a gap and may all run twice', async () => {
    const migrations = await readMigrations();
    expect(migrations.map((migration) => migration.id)).toEqual(migrations.map((_, i) => i + 1));
    for (const { template } of migrations) {
      for (const statement of renderMigration(template, undefined)) {
        expect(statement).toMatch(/IF NOT EXISTS|IF EXISTS|OR REPLACE/);
        expect(statement).not.toContain('{{');
      }
    }
  });

  it('make replicated tables on a named cluster, and plain ones without', async () => {
    const template =
      'CREATE TABLE IF NOT EXISTS t {{on_cluster}} (a String) ENGINE = {{engine ReplacingMergeTree(a)}} ORDER BY a;';
    expect(renderMigration(template, undefined)[0]).toMatch(
      /t {2}\(a String\) ENGINE = ReplacingMergeTree\(a\)/,
    );
    expect(renderMigration(template, 'main')[0]).toBe(
      'CREATE TABLE IF NOT EXISTS t ON CLUSTER `main` (a String) ENGINE = ReplicatedReplacingMergeTree(a) ORDER BY a',
    );
    for (const migration of await readMigrations()) {
      for (const statement of renderMigration(migration.template, 'main')) {
        expect(statement).toContain('ON CLUSTER `main`');
        if (statement.includes('ENGINE =')) expect(statement).toMatch(/ENGINE = Replicated/);
      }
    }
  });

  it('are split at semicolons that end statements only', () => {
    expect(renderMigration("SELECT ';'; -- a; b\nSELECT 2; -- end", undefined)).toEqual([
      "SELECT ';'",
      '-- a; b\nSELECT 2',
    ]);
  });
});
