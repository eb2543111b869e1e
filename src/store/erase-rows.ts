import {
  ERASED_KINDS,
  ERASURE_TARGETS,
  type ErasableIds,
  type ErasedKind,
  type ErasureTarget,
} from './erasure-targets.ts';
import type { Store } from './types.ts';

/** Of each kind in one statement, in up to four places: ClickHouse takes 256 KiB of text. */
const IDS_AT_ONCE = 1000;

/**
 * Removes what ClickHouse has of these ids, and makes nameless what has to stay; from then on their rows are turned away
 * (erasures.ts). Gives the rows by table. What is gone already costs a look, so that it may be done again at any time.
 *
 * By mutations: a lightweight DELETE would leave the rows on disk until the engine happens to merge their parts.
 */
export async function eraseRows(
  store: Pick<Store, 'query' | 'command' | 'insert'>,
  given: ErasableIds,
  cluster?: string,
): Promise<Record<string, number>> {
  const ids = await withTheirs(store, given);
  // First, so that whoever inserts meanwhile sees it after the insert.
  await store.insert(
    'erased_ids',
    ERASED_KINDS.flatMap((kind) => [...ids[kind]].map((id) => ({ id, kind }))),
  );
  const onCluster = cluster === undefined ? '' : `ON CLUSTER \`${cluster.replaceAll('`', '')}\``;
  const counts: Record<string, number> = {};
  for (const target of ERASURE_TARGETS) {
    const { table } = target;
    let rows = 0;
    for (const { condition, action } of changesOf(target, ids)) {
      const [found] = await store.query<{ rows: string }>(
        `SELECT toString(count()) AS rows FROM ${table} FINAL WHERE ${condition}`,
      );
      if (Number(found?.rows ?? 0) === 0) continue;
      rows += Number(found?.rows);
      await store.command(
        `ALTER TABLE ${table} ${onCluster} ${action} WHERE ${condition} SETTINGS mutations_sync = 2`,
      );
    }
    if (rows > 0) counts[table.replace(/_stored$/, '')] = rows;
  }
  return counts;
}

/** An account's captures and sessions, as far as ClickHouse knows them, are the account's too. */
async function withTheirs(store: Pick<Store, 'query'>, given: ErasableIds): Promise<ErasableIds> {
  const ids: ErasableIds = {
    user: new Set(given.user),
    capture: new Set(given.capture),
    session: new Set(given.session),
  };
  if (ids.user.size === 0) return ids;
  const users = listOf([...ids.user]);
  const found = await store.query<{ kind: ErasedKind; id: string }>(
    `SELECT DISTINCT 'capture' AS kind, id FROM body_captures_stored WHERE user_id IN (${users})
     UNION ALL SELECT DISTINCT 'capture' AS kind, capture_id AS id FROM captures_stored WHERE subject IN (${users})
     UNION ALL SELECT DISTINCT 'session' AS kind, session_id AS id FROM captures_stored WHERE subject IN (${users})
     UNION ALL SELECT DISTINCT 'session' AS kind, session_id AS id FROM sessions_stored WHERE actor IN (${users})`,
  );
  for (const { kind, id } of found) ids[kind].add(id);
  return ids;
}

interface Change {
  readonly condition: string;
  /** Of an ALTER TABLE. */
  readonly action: string;
}

function* changesOf(target: ErasureTarget, ids: ErasableIds): Generator<Change> {
  const { rowsGo, nameless = [], emptied } = target;
  for (const lists of roundsOf(ids)) {
    const gone = ERASED_KINDS.flatMap((kind) => inLists(rowsGo[kind] ?? [], lists[kind]));
    if (gone.length > 0) yield { condition: gone.join(' OR '), action: 'DELETE' };
    if (emptied !== undefined) {
      const { column, where, to } = emptied;
      const named = ERASED_KINDS.flatMap((kind) => inLists(where, lists[kind]));
      // Before the ids become pseudonyms, by which nobody would find them.
      yield {
        condition: `(${named.join(' OR ')}) AND ${column} != ${quoted(to)}`,
        action: `UPDATE ${column} = ${quoted(to)}`,
      };
    }
    const named = inLists(nameless, lists.user);
    if (named.length > 0) {
      const updates = nameless.map(
        (column, i) => `${column} = if(${named[i]}, ${pseudonymOf(column)}, ${column})`,
      );
      yield { condition: named.join(' OR '), action: `UPDATE ${updates.join(', ')}` };
    }
  }
}

/** The same account's deeds stay together, and whoever holds its id can find them; nobody gets the id from it. */
function pseudonymOf(column: string): string {
  return `concat('erased:', lower(hex(SHA256(${column}))))`;
}

function inLists(columns: readonly string[], list: string): string[] {
  return list === '' ? [] : columns.map((column) => `${column} IN (${list})`);
}

/** The ids in lists that fit one statement; a list is '' where its kind has none left. */
function* roundsOf(ids: ErasableIds): Generator<Record<ErasedKind, string>> {
  const all = { user: [...ids.user], capture: [...ids.capture], session: [...ids.session] };
  const most = Math.max(...ERASED_KINDS.map((kind) => all[kind].length));
  for (let at = 0; at < most; at += IDS_AT_ONCE) {
    const list = (kind: ErasedKind) => listOf(all[kind].slice(at, at + IDS_AT_ONCE));
    yield { user: list('user'), capture: list('capture'), session: list('session') };
  }
}

/** Literals: as parameters they would go into the request's address, which is shorter. */
function listOf(ids: readonly string[]): string {
  return ids.map(quoted).join(', ');
}

export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
