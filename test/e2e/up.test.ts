import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect } from '@nats-io/transport-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skinResultSchema } from '../../src/analysis/analyzers/skin/skin-result.ts';
import { createCapturePublisher } from '../../src/bus/capture-publisher.ts';
import { createBus } from '../../src/bus/create-bus.ts';
import type { UpMessage } from '../../src/cli/background-up.ts';
import type { RunInfo } from '../../src/cli/run-file.ts';
import type { Captured, Feedback, Result, ServerMessage } from '../../src/protocol/messages.ts';
import { PROFILE_RESULT_KINDS } from '../../src/protocol/result-kinds.ts';
import { captureRecord } from '../support/bus-records.ts';
import { findProgram } from '../support/find-program.ts';
import { type FramegateProcess, runFramegate, startFramegate } from '../support/framegate-process.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import { descendants, stillRunning } from '../support/process-tree.ts';
import { type RecordedSession, recordSession } from '../support/recorded-session.ts';
import { redisServerMissing } from '../support/redis-server.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';
import { until } from '../support/until.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const KINDS = PROFILE_RESULT_KINDS['face-skin'];
const byKind = (one: { kind: string }, other: { kind: string }) => one.kind.localeCompare(other.kind);
const VERDICTS = 'SELECT verdict, toUInt32(count()) AS frames FROM frames GROUP BY verdict';

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `framegate up ${natsServerMissing ?? redisServerMissing ?? ''}`,
  () => {
    let folder: string;
    let face: string;
    let frames: EncodedFrame[];
    let settings: Record<string, string>;
    let up: FramegateProcess;
    let run: RunInfo;
    let streamed = 0;

    const startUp = async () => {
      up = await startFramegate(['up', '--port', '0', '--no-install'], settings);
      run = (up.ready as UpMessage & { type: 'ready' }).run;
    };
    const sql = async <Row>(query: string): Promise<Row[]> => {
      const { stdout, stderr, exitCode } = await runFramegate(
        ['sql', query, '--format', 'JSONEachRow'],
        settings,
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row);
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'framegate-up-'));
      frames = await renderedFrames(4);
      face = join(folder, 'face.jpg');
      await writeFile(face, frames[0]!.data);
      settings = {
        FRAMEGATE_DATA_FOLDER: join(folder, 'data'),
        FRAMEGATE_DWELL_MS: '300',
        FRAMEGATE_SINK_BATCH_MS: '100',
      };
      const startMs = performance.now();
      await startUp();
      process.stdout.write(
        `framegate up: ready after ${Math.round(performance.now() - startMs)} ms in a fresh folder\n`,
      );
    }, 60_000);

    afterAll(async () => {
      await up?.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    test('is healthy, counts, and says where everything runs', async () => {
      const get = async (path: string) => {
        const response = await fetch(`${run.url}${path}`);
        return { status: response.status, text: await response.text() };
      };
      expect((await get('/livez')).status).toBe(200);
      const ready = await get('/readyz');
      expect(ready.status).toBe(200);
      for (const name of ['nats', 'redis', 'clickhouse']) expect(ready.text).toContain(name);
      expect((await get('/metrics')).text).toMatch(/^framegate_/m);
      for (const url of Object.values(run).slice(1)) expect(up.output()).toContain(String(url));
    });

    test('serves the page that it asks people to open, with all that the page names', async () => {
      expect(up.output()).toContain(`Open ${run.url} in a browser`);
      const page = await fetch(`${run.url}/`);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      const named = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
      expect(named.length).toBeGreaterThan(1);
      for (const path of [
        ...named,
        '/framegate-client.js',
        '/framegate-camera.js',
        '/example/',
        '/body/',
        '/models/manifest.json',
      ])
        expect((await fetch(new URL(path, `${run.url}/`))).status, path).toBe(200);
    });

    test('its pages know the HTTP interface beside it, which lets them call by any name of this machine', async () => {
      const told = (await (await fetch(`${run.url}/client-settings.json`)).json()) as { apiUrl: string };
      expect(told).toEqual({ apiUrl: run.apiUrl, anonymous: true });
      const policy = (await fetch(`${run.url}/body/`)).headers.get('content-security-policy');
      expect(policy).toContain(`connect-src 'self' ws: wss: ${run.apiUrl};`);
      const preflight = (origin: string) =>
        fetch(`${run.apiUrl}/api/v1/capture/x/metrics`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'PATCH' },
        });
      for (const origin of [run.url, run.url.replace('127.0.0.1', 'localhost')]) {
        const { status, headers } = await preflight(origin);
        expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
        expect(headers.get('access-control-allow-methods')).toContain('PATCH');
        for (const name of ['authorization', 'content-type', 'idempotency-key'])
          expect(headers.get('access-control-allow-headers')).toContain(name);
      }
      const foreign = await preflight('https://elsewhere.example');
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    });

    test('a picture streamed as JSON gives guidance, a capture and all of its results, in ClickHouse and on NATS too', async () => {
      const nats = await connect({ servers: run.natsUrl });
      const published: { captureId: string; kind: string; status: string }[] = [];
      nats.subscribe('framegate.results.>', {
        callback: (error, message) => {
          if (error === null) published.push(message.json());
        },
      });
      await nats.flush();

      const { exitCode, stdout, stderr } = await runFramegate(
        ['stream', face, '--profile', 'face-skin:relaxed', '--result', '--json'],
        settings,
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const lines = stdout.trim().split('\n');
      for (const line of lines) expect(line).toMatch(/^\{"type":"[a-z-]+"/);
      const messages = lines.map((line) => JSON.parse(line) as ServerMessage);
      const ofType = <Type extends ServerMessage['type']>(type: Type) =>
        messages.filter((message) => message.type === type) as Extract<ServerMessage, { type: Type }>[];
      expect(messages[0]!.type).toBe('welcome');
      const feedbacks: Feedback[] = ofType('feedback');
      expect(feedbacks.some((feedback) => feedback.face !== undefined && feedback.verdict === 'pass')).toBe(
        true,
      );
      const [captured]: Captured[] = ofType('captured');
      expect(captured!.resultKinds).toEqual(KINDS);
      const { captureId } = captured!;
      const results: Result[] = ofType('result').sort(byKind);
      expect(results).toMatchObject([
        { captureId, kind: 'face-contours', status: 'done', result: { source: 'mesh' } },
        { captureId, kind: 'face-quality', status: 'done', result: { faceCount: 1 } },
        { captureId, kind: 'skin', status: 'done', result: { provider: 'local' } },
      ]);
      await until(() => published.length >= KINDS.length, 5000);
      await nats.close();
      expect(published.sort(byKind)).toMatchObject(
        results.map(({ kind, status }) => ({ captureId, kind, status })),
      );

      const stored = () =>
        sql<{ kind: string; status: string }>(
          `SELECT kind, status FROM results WHERE capture_id = '${captureId}' ORDER BY kind`,
        );
      await until(async () => (await stored()).length >= KINDS.length, 10_000);
      expect(await stored()).toEqual(results.map(({ kind, status }) => ({ kind, status })));
      const skinScores = await sql<{ metric: string; rows: number }>(
        `SELECT metric, toUInt32(count()) AS rows FROM measurements
         WHERE capture_id = '${captureId}' AND kind = 'skin' AND region = '' AND metric LIKE 'skin.%.score'
         GROUP BY metric`,
      );
      const { concerns } = skinResultSchema.parse(results[2]!.result);
      const metrics = ['overall', ...concerns.map(({ id }) => id)].map((id) => `skin.${id}.score`);
      expect(new Map(skinScores.map(({ metric, rows }) => [metric, rows]))).toEqual(
        new Map(metrics.map((metric) => [metric, 1])),
      );

      const seen = Map.groupBy(feedbacks, ({ verdict }) => verdict);
      const expected = [...seen].map(([verdict, group]) => ({ verdict, frames: group.length }));
      await until(async () => {
        const [total] = await sql<{ rows: number }>('SELECT toUInt32(count()) AS rows FROM frames');
        return total!.rows >= feedbacks.length;
      }, 10_000);
      const rows = await sql<{ verdict: string; frames: number }>(VERDICTS);
      const byVerdict = (one: { verdict: string }, other: { verdict: string }) =>
        one.verdict.localeCompare(other.verdict);
      expect(rows.sort(byVerdict)).toEqual(expected.sort(byVerdict));
      streamed += feedbacks.length;
    });

    test('people are told each result in a line', async () => {
      const { exitCode, stdout } = await runFramegate(
        ['stream', face, '--profile', 'face-skin:relaxed', '--result'],
        settings,
      );
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/★ face-quality of [0-9a-f-]+: score \d+ of 100, pass; weakest: /);
      expect(stdout).toMatch(/★ skin of [0-9a-f-]+: score \d+ of 100; \d+ of \d+ concerns read; weakest: /);
      expect(stdout).toMatch(/★ face-contours of [0-9a-f-]+: \d+ regions; turned by /);
      expect(stdout).toContain('1 captured, 3 results\n');
      const [, answered] = /(\d+) answered, 1 captured/.exec(stdout) ?? [];
      streamed += Number(answered);
    });

    test('a capture of another profile ends with the results of that one', async () => {
      const { exitCode, stdout } = await runFramegate(
        ['stream', face, '--profile', 'face-contour:relaxed', '--result', '--json'],
        settings,
      );
      expect(exitCode).toBe(0);
      const messages = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as ServerMessage);
      const results = messages.filter((message) => message.type === 'result').sort(byKind);
      expect(results).toMatchObject([
        { kind: 'face-contours', status: 'done' },
        { kind: 'face-quality', status: 'done' },
      ]);
      streamed += messages.filter(({ type }) => type === 'feedback').length;
    });

    test('a still without a face ends with a failed result of each kind, and leaves its stream as others do', async () => {
      const bus = await createBus({ servers: run.natsUrl, name: 'test' });
      const image = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#a86' } })
        .jpeg()
        .toBuffer();
      const record = captureRecord('no-face', {
        sessionId: 'no-face',
        acceptedAtMs: Date.now(),
        imageBytes: image.length,
        imageSha256: createHash('sha256').update(image).digest('hex'),
      });
      await createCapturePublisher(bus).publish(record, image);
      const stored = () =>
        sql<{ kind: string; status: string; code: string }>(
          "SELECT kind, status, error_code AS code FROM results WHERE capture_id = 'no-face' ORDER BY kind",
        );
      await until(async () => (await stored()).length >= KINDS.length, 20_000);
      expect(await stored()).toEqual(
        [...KINDS].sort().map((kind) => ({ kind, status: 'failed', code: 'analysis-failed' })),
      );
      const kept = async () => (await bus.nats.manager.streams.info('CAPTURES')).state.messages;
      await until(async () => (await kept()) === 0, 20_000);
      expect((await bus.nats.manager.streams.info('DEAD')).state.messages).toBe(0);
      await bus.close();
    });

    test('what happened so far can be read from the metrics', async () => {
      const metrics = await (await fetch(`${run.url}/metrics`)).text();
      const figure = (name: string, ...labels: string[]) => {
        const line = metrics
          .split('\n')
          .find((one) => one.startsWith(name) && labels.every((label) => one.includes(label)));
        return Number(line?.split(' ').at(-1) ?? 0);
      };
      expect(figure('framegate_captures_total{', 'captured')).toBe(3);
      expect(figure('framegate_publish_seconds_count{', 'CAPTURES', 'acknowledged')).toBe(3);
      const analysed = (kind: string, status: string) =>
        figure('framegate_analysis_seconds_count{', kind, status);
      expect(KINDS.map((kind) => [analysed(kind, 'done'), analysed(kind, 'failed')])).toEqual([
        [3, 1],
        [2, 1],
        [3, 1],
      ]);
      expect(figure('framegate_pace_messages_total{')).toBeGreaterThanOrEqual(2);
      expect(figure('framegate_inserted_rows_total{', 'frames')).toBeGreaterThan(0);
    });

    test('a second one on the same data folder gets one clear error', async () => {
      const second = await runFramegate(['up', '--port', '0'], settings);
      expect(second.exitCode).toBe(1);
      expect(second.stdout).toBe('');
      expect(second.stderr).toMatch(
        /^framegate: another framegate runs on .*set FRAMEGATE_DATA_FOLDER to another folder\n {2}code: data-folder-in-use\n$/,
      );
    });

    test('an edge with a secret takes the tokens that `framegate token` issues, and nobody without; it needs no client', async () => {
      const secret = { FRAMEGATE_AUTH_SECRET: 'a secret that is long enough for HS256, at least' };
      const edge = await startFramegate(['edge'], {
        ...settings,
        ...secret,
        FRAMEGATE_PORT: '0',
        FRAMEGATE_NODE_NAME: 'guarded',
        FRAMEGATE_CLIENT_FOLDER: join(folder, 'none'),
        FRAMEGATE_NATS_URL: run.natsUrl,
        FRAMEGATE_REDIS_URL: run.redisUrl,
      });
      try {
        const url = /http:[^,]+/.exec(String(edge.ready.summary))![0];
        const page = await fetch(url);
        expect({ status: page.status, text: await page.text() }).toMatchObject({
          status: 503,
          text: expect.stringContaining('npm run client'),
        });
        expect(edge.output()).toContain('the browser client is not built');
        const issue = async (...args: string[]) =>
          (await runFramegate(['token', '--subject', 'tester', ...args], secret)).stdout.trim();
        const stream = (...args: string[]) =>
          runFramegate(
            ['stream', face, '--profile', 'face-skin:relaxed', '--json', '--url', url, ...args],
            settings,
          );

        const withToken = await stream('--token', await issue());
        expect(withToken.exitCode).toBe(0);
        expect(withToken.stdout).toContain('{"type":"captured"');
        streamed += withToken.stdout
          .split('\n')
          .filter((line) => line.startsWith('{"type":"feedback"')).length;

        const without = await stream();
        expect(without).toMatchObject({
          exitCode: 1,
          stderr: expect.stringContaining('code: token-missing'),
        });
        expect(without.stdout).not.toContain('feedback');
        const outOfScope = await stream('--token', await issue('--profiles', 'face-contour'));
        expect(outOfScope).toMatchObject({
          exitCode: 1,
          stderr: expect.stringContaining('code: token-out-of-scope'),
        });
      } finally {
        expect(await edge.kill()).toBe(0);
      }
    });

    test('a nats-server that is killed is started again, and captures work', async () => {
      const nats = (await descendants(up.child.pid!)).find(({ command }) => /^\S*nats-server/.test(command));
      process.kill(nats!.pid, 'SIGKILL');
      await until(() => up.output().includes('server had ended and was started again'), 15_000);
      const session = await recordSession({ urls: [run.url] }, frames[1]!);
      await session.until(() => session.results.length >= KINDS.length);
      const { captureId } = session.captured[0]!;
      expect([...session.results].sort(byKind)).toMatchObject(
        [...KINDS].sort().map((kind) => ({ captureId, kind, status: 'done' })),
      );
      await session.finish();
      session.close();
      streamed += session.feedbacks.length;
    });

    test('SIGTERM: sessions are told, work in hand is finished, all is stored, no child is left', async () => {
      const children = await descendants(up.child.pid!);
      const names = children.map(({ command }) => command).join('\n');
      for (const name of ['nats-server', 'redis-server', 'embedded/main.ts']) expect(names).toContain(name);
      const sessions: RecordedSession[] = await Promise.all(
        frames.map((frame) => recordSession({ urls: [run.url], maxAttempts: 0 }, frame, 15)),
      );
      await Promise.all(sessions.map((session) => session.until(() => session.feedbacks.length >= 10)));

      const startMs = performance.now();
      const end = up.kill('SIGTERM');
      await Promise.all(sessions.map((session) => session.until(() => session.closed() !== null)));
      expect(await end).toBe(0);
      process.stdout.write(
        `framegate up: drained ${sessions.length} sessions and ended in ${Math.round(performance.now() - startMs)} ms\n`,
      );
      expect(await stillRunning(children)).toEqual([]);

      for (const session of sessions) {
        session.close();
        expect(session.closed()).toMatchObject({
          code: 4503,
          error: { code: 'server-draining', retryable: true },
        });
        const answered = session.feedbacks.map(({ seq }) => seq);
        const refused = session.errors.flatMap(({ seq }) => seq ?? []);
        expect(answered).toEqual([...new Set(answered)].sort((one, other) => one - other));
        // Each frame has its answer, but for those that were on their way when the connection was closed.
        const last = Math.max(...answered, ...refused);
        const expected = session.sent.filter((seq) => seq <= last);
        expect([...answered, ...refused].sort((one, other) => one - other)).toEqual(expected);
      }

      const rows = await sql<{ session: string; rows: number }>(
        'SELECT session_id AS session, toUInt32(count()) AS rows FROM frames GROUP BY session',
      );
      const stored = new Map(rows.map(({ session, rows: count }) => [session, count]));
      for (const { welcomes, feedbacks } of sessions) {
        expect(stored.get(welcomes[0]!.sessionId)).toBe(feedbacks.length);
        streamed += feedbacks.length;
      }
      expect([...stored.values()].reduce((sum, count) => sum + count, 0)).toBe(streamed);
    });

    test('SIGKILL leaves no child behind, and the next start goes on with the same data', async () => {
      await startUp();
      const children = await descendants(up.child.pid!);
      expect(children.length).toBeGreaterThanOrEqual(3);
      await up.kill('SIGKILL');
      await until(async () => (await stillRunning(children)).length === 0, 15_000);
      const rows = await sql<{ frames: number }>(VERDICTS);
      expect(rows.reduce((sum, { frames: count }) => sum + count, 0)).toBe(streamed);
    });

    test('ends when the process that started it has gone', async () => {
      await startUp();
      up.child.disconnect();
      expect(await up.ended).toBe(0);
    });

    // npm passes on what it is sent, and a terminal sends its Ctrl-C to npm and to the node at once.
    test.skipIf(findProgram('npm') === null).each([
      ['Ctrl-C in the terminal', 'SIGINT', true],
      ['SIGTERM to npm', 'SIGTERM', false],
    ] as const)('npm start, %s: ends with 0 and leaves nothing', async (_, signal, toAll) => {
      const npm = spawn('npm', ['start', '--', '--port', '0', '--no-install'], {
        cwd: PROJECT,
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
      });
      const exit = once(npm, 'exit');
      for await (const line of createInterface({ input: npm.stdout })) {
        if (line.includes(' is ready after ')) break;
      }
      npm.stdout.resume();
      const children = await descendants(npm.pid!);
      process.kill(toAll ? -npm.pid! : npm.pid!, signal);
      expect(await exit).toEqual([0, null]);
      expect(await stillRunning(children)).toEqual([]);
    });
  },
);
