import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedClickHouse } from '../../src/store/embedded/start.ts';
import { startTestClickHouse, type TestClickHouse } from '../support/embedded-clickhouse.ts';
import { until } from '../support/until.ts';

let server: TestClickHouse;
let client: ClickHouseClient;

beforeAll(async () => {
  server = await startTestClickHouse();
  client = createClient({ url: server.url, log: { level: 127 } });
});

afterAll(async () => {
  await client?.close();
  await server?.close();
});

async function post(
  query: string,
  params: Record<string, string> = {},
  init: RequestInit = {},
): Promise<Response> {
  return await fetch(`${server.url}/?${new URLSearchParams(params)}`, {
    method: 'POST',
    body: query,
    ...init,
  });
}

const text = async (response: Promise<Response>): Promise<string> => (await response).text();

describe('@clickhouse/client', () => {
  it('pings, creates, inserts and reads back, compressed both ways', async () => {
    const compressed = createClient({ url: server.url, compression: { request: true, response: true } });
    expect((await compressed.ping()).success).toBe(true);
    await compressed.command({
      query: 'CREATE TABLE pairs (a UInt32, b String) ENGINE = MergeTree ORDER BY a',
    });
    const values = [
      { a: 1, b: 'two lines\n\nwith an empty one; SELECT 1' },
      { a: 2, b: "é ✓ '\\" },
    ];
    const inserted = await compressed.insert({ table: 'pairs', values, format: 'JSONEachRow' });
    expect(inserted.summary?.written_rows).toBe('2');
    const rows = await compressed.query({ query: 'SELECT * FROM pairs ORDER BY a', format: 'JSONEachRow' });
    expect(await rows.json()).toEqual(values);
    await compressed.close();
  });

  it('binds parameters of every type, whatever is in them', async () => {
    const result = await client.query({
      query: `SELECT {s:String} AS s, {list:Array(String)} AS list, {map:Map(String, UInt8)} AS map,
                {none:Nullable(String)} AS none, {at:DateTime64(3, 'UTC')} AS at, {yes:Bool} AS yes, {n:Identifier} AS n
              FROM (SELECT 5 AS number)`,
      query_params: {
        s: "tab\t quote' back\\slash; SELECT\n\n✓",
        list: ["a'b", 'c,d'],
        map: { k: 1 },
        none: null,
        at: new Date(1_700_000_000_123),
        yes: true,
        n: 'number',
      },
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([
      {
        s: "tab\t quote' back\\slash; SELECT\n\n✓",
        list: ["a'b", 'c,d'],
        map: { k: 1 },
        none: null,
        at: '2023-11-14 22:13:20.123',
        yes: true,
        n: 5,
      },
    ]);
  });

  it('gets errors with their code and type', async () => {
    await expect(client.query({ query: 'SELECT * FROM nowhere' })).rejects.toMatchObject({
      code: '60',
      type: 'UNKNOWN_TABLE',
    });
    await expect(client.query({ query: 'SELEC 1' })).rejects.toMatchObject({
      code: '62',
      type: 'SYNTAX_ERROR',
    });
    await expect(
      client.insert({ table: 'pairs', values: [{ a: 'no number' }], format: 'JSONEachRow' }),
    ).rejects.toMatchObject({ code: '27' });
  });

  it('runs one request without another knowing its settings, parameters or database', async () => {
    const read = async (settings: Record<string, string>): Promise<unknown> => {
      const result = await client.query({
        query: "SELECT value FROM system.settings WHERE name = 'max_result_rows'",
        clickhouse_settings: settings,
        format: 'JSONEachRow',
      });
      return (await result.json())[0];
    };
    expect(await read({ max_result_rows: '77' })).toEqual({ value: '77' });
    expect(await read({})).toEqual({ value: '0' });
    expect(await text(post('SELECT {x:String}', { param_x: 'set' }))).toBe('set\n');
    expect(await text(post('SELECT {x:String}'))).toContain('Code: 456');
    expect(await text(post('SELECT currentDatabase()', { database: 'system' }))).toBe('system\n');
    expect(await text(post('SELECT currentDatabase()'))).toBe('default\n');
  });

  it('streams results that are larger than anybody would want in memory', async () => {
    const rssKiB = async (): Promise<number> =>
      Number((await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(server.pid)])).stdout);
    const before = await rssKiB();
    const result = await client.query({
      query: 'SELECT number FROM numbers(5000000)',
      format: 'JSONEachRow',
    });
    let rows = 0;
    for await (const chunk of result.stream()) rows += chunk.length;
    expect(rows).toBe(5_000_000);
    expect((await rssKiB()) - before).toBeLessThan(150 * 1024);
  });

  it('answers pings while queries run, and stops a query when its client leaves', async () => {
    const leave = new AbortController();
    const query = client.query({
      query: 'SELECT count() FROM numbers(1000000000000) WHERE number % 7 = 3',
      abort_signal: leave.signal,
    });
    query.catch(() => undefined);
    const running = async (): Promise<number> =>
      Number(
        await text(
          post(
            "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%processes%'",
          ),
        ),
      );
    await until(async () => (await running()) === 1, 5000);
    const startedMs = performance.now();
    for (let i = 0; i < 5; i++) expect((await client.ping()).success).toBe(true);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    leave.abort();
    await expect(query).rejects.toThrow();
    await until(async () => (await running()) === 0, 5000);
    await until(async () => (await readdir(join(server.dataFolder, 'exchange'))).length === 0, 5000);
  });
});

describe("ClickHouse's HTTP interface", () => {
  it('has the health checks', async () => {
    for (const path of ['/ping', '/', '/replicas_status']) {
      expect(await text(fetch(`${server.url}${path}`))).toBe('Ok.\n');
    }
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
  });

  it('takes the query in the body, in the URL, and data beside it', async () => {
    await post('CREATE TABLE pieces (a UInt32, b String) ENGINE = MergeTree ORDER BY a');
    expect(await text(fetch(`${server.url}/?query=${encodeURIComponent('SELECT 1 + 1')}`))).toBe('2\n');
    expect(await text(post('', { query: 'SELECT 3' }))).toBe('3\n');
    expect(await text(post('1,"a\n\nb"\n2,c\n', { query: 'INSERT INTO pieces FORMAT CSV' }))).toBe('');
    expect(await text(post("INSERT INTO pieces VALUES (3, 'x\n\n;'), (4, concat('y', 'z'));"))).toBe('');
    expect(await text(post('INSERT INTO pieces FORMAT JSONEachRow {"a":5,"b":"w"}'))).toBe('');
    expect(await text(post('INSERT INTO pieces SELECT 6, {b:String}', { param_b: 'v' }))).toBe('');
    expect(
      await text(post('SELECT * FROM pieces ORDER BY a', { default_format: 'JSONCompactEachRow' })),
    ).toBe('[1, "a\\n\\nb"]\n[2, "c"]\n[3, "x\\n\\n;"]\n[4, "yz"]\n[5, "w"]\n[6, "v"]\n');
  });

  it('takes binary data byte by byte, empty lines and all', async () => {
    await post('CREATE TABLE blobs (a UInt32, b String) ENGINE = MergeTree ORDER BY a');
    const rows = 20_000;
    const select = `SELECT toUInt32(number) AS a, concat(char(10, 10, number % 256), toString(number)) AS b FROM numbers(${rows})`;
    for (const format of ['Native', 'RowBinary', 'Parquet']) {
      const data = await (await post(`${select} FORMAT ${format}`)).arrayBuffer();
      const response = await post('', { query: `INSERT INTO blobs FORMAT ${format}` }, { body: data });
      expect([response.status, await response.text()]).toEqual([200, '']);
    }
    expect(await text(post('SELECT count(), uniqExact(a, b) FROM blobs'))).toBe(`${3 * rows}\t${rows}\n`);
  });

  it('says what it sends', async () => {
    const response = await post('SELECT 1 AS x FORMAT JSON', { query_id: 'mine' });
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(response.headers.get('x-clickhouse-format')).toBe('JSON');
    expect(response.headers.get('x-clickhouse-query-id')).toBe('mine');
    expect(JSON.parse(response.headers.get('x-clickhouse-summary') ?? '{}')).toMatchObject({
      read_rows: '1',
    });
    expect(await response.json()).toMatchObject({ data: [{ x: 1 }] });
  });

  it('compresses what is asked for compressed', async () => {
    const zipped = await post(
      'SELECT 1',
      { enable_http_compression: '1' },
      { headers: { 'Accept-Encoding': 'gzip' } },
    );
    expect([zipped.headers.get('content-encoding'), await zipped.text()]).toEqual(['gzip', '1\n']);
    const plain = await post('SELECT 1', {}, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const body = gzipSync('SELECT 2');
    expect(gunzipSync(body).toString()).toBe('SELECT 2');
    expect(await text(post('', {}, { body, headers: { 'Content-Encoding': 'gzip' } }))).toBe('2\n');
  });

  it.each([
    ['SELECT * FROM nowhere', 404, '60'],
    ['SELEC 1', 400, '62'],
    ['SELECT 1; SELECT 2', 400, '62'],
    ['SELECT throwIf(number = 3) FROM numbers(10)', 500, '395'],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 500, '1'],
    ['SELECT 1 SETTINGS no_such_setting = 1', 404, '115'],
    ['SELECT count() FROM numbers(100000000000) SETTINGS max_execution_time = 0.2', 408, '159'],
  ])('%s is refused with %i and code %s', async (query, status, code) => {
    const response = await post(query);
    expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([status, code]);
    expect(await response.text()).toMatch(
      new RegExp(`^Code: ${code}\\. DB::Exception: .*\\([A-Z_]+\\) \\(version `, 's'),
    );
  });

  it('changes nothing on GET', async () => {
    await post('CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a');
    const response = await fetch(`${server.url}/?query=${encodeURIComponent('DROP TABLE kept')}`);
    expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([403, '164']);
    expect(await text(post('EXISTS TABLE kept'))).toBe('1\n');
  });

  it('keeps a session, for one client at a time', async () => {
    const session = { session_id: 's1' };
    await post('CREATE TEMPORARY TABLE mine (a UInt8)', session);
    await post('INSERT INTO mine VALUES (7)', session);
    expect(await text(post('SELECT a FROM mine', session))).toBe('7\n');
    expect((await post('SELECT a FROM mine')).status).toBe(404);
    const [first, second] = await Promise.all([
      post('SELECT sleep(0.5)', session),
      post('SELECT 1', session),
    ]);
    expect([first.status, second.status].sort()).toEqual([200, 500]);
  });

  it('does not answer web pages, whose visitors have no say in it', async () => {
    const asPage = { headers: { Origin: 'https://evil.example' } };
    expect((await post('SELECT 1', {}, asPage)).status).toBe(403);
    expect((await post('SELECT 1', {}, { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403);
    expect((await post('SELECT 1', {}, { headers: { Origin: 'http://localhost:3000' } })).status).toBe(200);
    const { stdout } = await promisify(execFile)('curl', [
      '-s',
      '-H',
      'Host: evil.example',
      '-d',
      'SELECT 1',
      server.url,
    ]);
    expect(stdout).toMatch(/not answered/);
  });
});

describe('the process', () => {
  it('keeps its data over SIGKILL', async () => {
    await post('CREATE TABLE lasting (a UInt32) ENGINE = MergeTree ORDER BY a');
    await post('INSERT INTO lasting SELECT number FROM numbers(1000)');
    await server.kill();
    await expect(fetch(`${server.url}/ping`)).rejects.toThrow();
    await server.restart();
    expect(await text(post('SELECT count(), sum(a) FROM lasting'))).toBe('1000\t499500\n');
  });

  it('refuses a data directory that another process has open, and a port that is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(startEmbeddedClickHouse({ dataFolder: server.dataFolder, port: 0 })).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('Another process'),
    });
    const folder = await mkdtemp(join(tmpdir(), 'framegate-clickhouse-'));
    await expect(startEmbeddedClickHouse({ dataFolder: folder, port })).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('port'),
    });
    await rm(folder, { recursive: true, force: true });
    expect(await text(post('SELECT 1'))).toBe('1\n');
  });

  it('answers what runs before it ends, keeps its data, and ends with whoever started it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'framegate-clickhouse-'));
    const short = await startEmbeddedClickHouse({ dataFolder: folder, port: 0 });
    await fetch(short.url, {
      method: 'POST',
      body: 'CREATE TABLE kept ENGINE = MergeTree ORDER BY a AS SELECT 42 AS a',
    });
    const slow = fetch(`${short.url}/?query=${encodeURIComponent('SELECT sleep(1)')}`);
    const busy = async (): Promise<boolean> => {
      const response = await fetch(`${short.url}/?query=SELECT+count()+FROM+system.processes`);
      return Number(await response.text()) > 1;
    };
    await until(busy, 5000);
    await short.close();
    expect((await slow).status).toBe(200);

    const starter = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { startEmbeddedClickHouse } from ${JSON.stringify(new URL('../../src/store/embedded/start.ts', import.meta.url).href)};
         const { pid, url } = await startEmbeddedClickHouse({ dataFolder: ${JSON.stringify(folder)}, port: 0 });
         console.log(pid, url);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(starter.stdout, 'data')) as [Buffer];
    const [pidText, url] = line.toString().trim().split(' ');
    const pid = Number(pidText);
    expect(await text(fetch(`${url}/?query=SELECT+a+FROM+kept`))).toBe('42\n');
    const exited = once(starter, 'exit');
    starter.kill('SIGKILL');
    await exited;
    await until(async () => !isAlive(pid), 10_000);
    await rm(folder, { recursive: true, force: true });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
