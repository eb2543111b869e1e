/** Brings the database to this version's tables and views. */
import { FramegateError } from '../protocol/framegate-error.ts';
import { createStore } from './client.ts';
import { type Migration, readMigrations, renderMigration } from './migration-files.ts';
import { withMigrationLock } from './migration-lock.ts';
import { applyRetention, type RetentionChange } from './retention.ts';
import type { Retention, Store, StoreSettings } from './types.ts';

export interface MigrationReport {
  /** Names of the migrations that ran now. */
  readonly applied: readonly string[];
  readonly retention: readonly RetentionChange[];
}

export interface MigrateOptions {
  readonly retention: Retention;
  /** Default: the migrations that come with this version. */
  readonly migrations?: readonly Migration[];
}

/**
 * Runs what has not run yet, once, however many processes call it at the same time; then sets the TTLs. Rejects with
 * query-failed, store-unavailable, or config-invalid when an applied migration is not the one that this version has.
 */
export async function migrate(settings: StoreSettings, options: MigrateOptions): Promise<MigrationReport> {
  const migrations = options.migrations ?? (await readMigrations());
  const store = createStore(settings);
  const { database } = store;
  // A connection names a database that has to exist, so the first statement goes through another one.
  const server = createStore({ ...settings, database: 'default' });
  try {
    const { cluster } = settings;
    const onCluster = cluster === undefined ? '' : `ON CLUSTER \`${cluster}\``;
    const engine = cluster === undefined ? 'ReplacingMergeTree' : 'ReplicatedReplacingMergeTree';
    await idempotent(() => server.command(`CREATE DATABASE IF NOT EXISTS \`${database}\` ${onCluster}`));
    await idempotent(() =>
      store.command(
        `CREATE TABLE IF NOT EXISTS schema_turns ${onCluster}
         (owner String, ticket UInt32, version UInt64, expires_at DateTime64(3))
         ENGINE = ${engine}(version) ORDER BY owner TTL toDateTime(expires_at) + INTERVAL 1 DAY`,
      ),
    );
    await idempotent(() =>
      store.command(
        `CREATE TABLE IF NOT EXISTS schema_migrations ${onCluster}
         (id UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
         ENGINE = ${engine}(applied_at) ORDER BY id`,
      ),
    );
    if ((await pending(store, migrations)).length === 0 && !(await differs(store, options, cluster))) {
      return { applied: [], retention: [] };
    }
    return await withMigrationLock(store, { table: 'schema_turns' }, async () => {
      const applied: string[] = [];
      for (const migration of await pending(store, migrations)) {
        for (const statement of renderMigration(migration.template, cluster)) await store.command(statement);
        await store.insert('schema_migrations', [
          { id: migration.id, name: migration.name, checksum: migration.checksum },
        ]);
        applied.push(migration.name);
      }
      const retention = await applyRetention(store, options.retention, cluster);
      return { applied, retention };
    });
  } finally {
    await Promise.all([store.close(), server.close()]);
  }
}

async function differs(store: Store, options: MigrateOptions, cluster: string | undefined): Promise<boolean> {
  return (await applyRetention(store, options.retention, cluster, 'dry-run')).length > 0;
}

async function pending(store: Store, migrations: readonly Migration[]): Promise<Migration[]> {
  const rows = await store.query<{ id: number; name: string; checksum: string }>(
    'SELECT id, name, checksum FROM schema_migrations FINAL ORDER BY id',
  );
  const applied = new Map(rows.map((row) => [row.id, row]));
  for (const row of rows) {
    const known = migrations.find((migration) => migration.id === row.id);
    if (known === undefined) {
      throw new FramegateError(
        'config-invalid',
        `ClickHouse has migration ${row.name}, which this version does not know: it was made by a newer framegate. ` +
          'Update framegate, or point it at another database.',
      );
    }
    if (known.checksum !== row.checksum) {
      throw new FramegateError(
        'config-invalid',
        `Migration ${row.name} was applied with other contents than this version has. An applied migration is never ` +
          'edited: put the change into a new one.',
        { details: { applied: row.checksum, present: known.checksum } },
      );
    }
  }
  return migrations.filter((migration) => !applied.has(migration.id));
}

/** Two servers' `IF NOT EXISTS` at the same moment may still meet: the loser finds it there the second time. */
async function idempotent(statement: () => Promise<void>): Promise<void> {
  try {
    await statement();
  } catch (error) {
    const code = error instanceof FramegateError ? error.details?.clickhouseCode : undefined;
    if (code !== 57 && code !== 82) throw error;
    await statement();
  }
}
