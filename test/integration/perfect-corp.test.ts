import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { openMockProvider } from '../../src/analysis/skin-providers/mock-provider.ts';
import { SYSTEM_CLOCK } from '../../src/analysis/skin-providers/perfect-corp/clock.ts';
import {
  createPerfectCorpProvider,
  type PerfectCorpOptions,
} from '../../src/analysis/skin-providers/perfect-corp/perfect-corp-provider.ts';
import type { SkinScores } from '../../src/analysis/skin-providers/types.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import {
  type Answer,
  endless,
  json,
  type PerfectCorpServer,
  startPerfectCorpServer,
} from '../support/perfect-corp-server.ts';
import { createSkippingClock, type SkippingClock } from '../support/skipping-clock.ts';

const JPEG = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
const SCORE_FILE = 'skinanalysisResult/score_info.json';
const SCORE_INFO = {
  acne: { raw_score: 30, ui_score: 80, output_mask_name: 'acne_output.png' },
  wrinkle: { whole: { raw_score: 41 }, forehead: { raw_score: 80 } },
  dark_circle_v2: { raw_score: 96 },
  all: { score: 75.75 },
  skin_age: 37,
};
const OUTPUT = [
  { type: 'acne', raw_score: 30, ui_score: 80, mask_urls: ['https://example.org/acne.png'] },
  { type: 'wrinkle', region: 'whole', raw_score: 41 },
  { type: 'wrinkle', region: 'forehead', raw_score: 80 },
  { type: 'dark_circle_v2', region: null, raw_score: 96 },
  { type: 'resize_image', mask_urls: ['https://example.org/image.jpg'] },
  { type: 'skin_age', score: 37 },
  { type: 'all', score: 75.75 },
];
const SCORES: SkinScores = {
  conditions: {
    acne: { score: 30, severity: 'severe', decile: 3 },
    wrinkle: { score: 41, severity: 'severe', decile: 5, regions: { forehead: 80 } },
    dark_circle: { score: 96, severity: 'none', decile: 10 },
  },
  programCode: 43,
  overallScore: 75.75,
  skinAge: 37,
};
const UNAVAILABLE = { code: 'provider-unavailable', retryable: true };
const PAID_FOR = { code: 'provider-unavailable', retryable: false };
const REFUSED = { code: 'provider-refused', retryable: false };
const MALFORMED = { code: 'provider-malformed', retryable: false };

let server: PerfectCorpServer;
let clock: SkippingClock;

beforeEach(async () => {
  server = await startPerfectCorpServer();
  server.zip = scoreZip(SCORE_INFO);
  server.output = OUTPUT;
  clock = createSkippingClock();
});
afterEach(() => server.close());

function scoreZip(content: unknown, more: Zippable = {}): Uint8Array {
  const mask = Buffer.alloc(5_000_000);
  return zipSync({ 'skinanalysisResult/acne_output.png': mask, [SCORE_FILE]: textOf(content), ...more });
}

function textOf(content: unknown): Uint8Array {
  return strToU8(typeof content === 'string' ? content : JSON.stringify(content));
}

function provider(version: 'v1' | 'v2', options: Partial<PerfectCorpOptions> = {}) {
  const { url, apiKey, secret } = server;
  return createPerfectCorpProvider({ version, url, apiKey, secret, clock, ...options });
}

function analyse(version: 'v1' | 'v2', options: Partial<PerfectCorpOptions> = {}): Promise<SkinScores> {
  return provider(version, options).analyse(JPEG, { signal: new AbortController().signal });
}

/** The error, once it is sure that it tells nobody a secret. */
async function errorOf(work: Promise<unknown>): Promise<FramegateError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(FramegateError);
  const text = inspect(thrown, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  for (const secret of [server.apiKey, server.secret, 'token-', 'signed-for-one']) {
    expect(text).not.toContain(secret);
  }
  return thrown as FramegateError;
}

const running = (version: 'v1' | 'v2') =>
  json(200, version === 'v1' ? { result: { status: 'running' } } : { data: { task_status: 'running' } });
const taskError = (version: 'v1' | 'v2', error: unknown) =>
  json(
    200,
    version === 'v1' ? { result: { status: 'error', error } } : { data: { task_status: 'error', error } },
  );
/** A success whose ZIP lies at this address. */
const doneAt = (version: 'v1' | 'v2', url: string) =>
  json(
    200,
    version === 'v1'
      ? { result: { status: 'success', results: [{ data: [{ url }] }] } }
      : { data: { task_status: 'success', results: { url } } },
  );
const file = (version: 'v1' | 'v2', url: string, headers = {}) =>
  json(200, {
    [version === 'v1' ? 'result' : 'data']: {
      files: [{ file_id: 'a', requests: [{ method: 'PUT', url, headers }] }],
    },
  });
/** Begins an answer that does not go on, and lets the request's time pass. */
const hanging: Answer = (response) => {
  response.writeHead(200);
  response.write('{', () => clock.skip(15_000));
};

describe.each(['v1', 'v2'] as const)('Perfect Corp %s', (version) => {
  const ROUTES = ['file', 'upload', 'start', 'state'];

  it('uploads the picture, has all 14 measures taken and gives their scores', async () => {
    expect(await analyse(version)).toEqual(SCORES);
    expect(server.uploads.map((bytes) => bytes.equals(JPEG))).toEqual([true]);
    expect(server.asked).toEqual(version === 'v1' ? ['auth', ...ROUTES, 'download'] : ROUTES);
    expect(clock.pausesMs).toEqual([]);
  });

  it('keeps the path of its address', async () => {
    const nowhere = await errorOf(analyse(version, { url: `${server.url}/proxy` }));
    expect(nowhere).toMatchObject({ code: 'provider-refused' });
    expect(server.asked).toEqual([]);
    expect(await analyse(version, { url: `${server.url}/` })).toEqual(SCORES);
  });

  it('asks a slow task at once, and then ever less often', async () => {
    server.next('state', ...Array.from({ length: 6 }, () => running(version)));
    expect(await analyse(version)).toEqual(SCORES);
    expect(server.count('state')).toBe(7);
    expect(clock.pausesMs).toEqual([1000, 1500, 2250, 3375, 5000, 5000]);
  });

  it('leaves a task that does not end in time', async () => {
    server.always('state', running(version));
    const error = await errorOf(analyse(version, { totalTimeoutMs: 20_000 }));
    expect(error).toMatchObject({ ...PAID_FOR, message: expect.stringContaining('in time') });
    expect(clock.pausesMs.length).toBeLessThan(10);
  });

  test.each([
    ['seconds', '7', 7000],
    ['a date', new Date(1_700_000_009_000).toUTCString(), 9000],
    ['a date that is past', new Date(1_600_000_000_000).toUTCString(), 0],
    ['something else', 'soon', 500],
  ])('waits after a 429 as long as its Retry-After says, in %s', async (_, retryAfter, pauseMs) => {
    server.next('start', json(429, { status: 429 }, { 'retry-after': retryAfter }));
    expect(await analyse(version)).toEqual(SCORES);
    expect(clock.pausesMs).toEqual([pauseMs]);
  });

  it('hands a long Retry-After on to its caller', async () => {
    server.next('file', json(429, { status: 429 }, { 'retry-after': '240' }));
    const error = await errorOf(analyse(version));
    expect(error).toMatchObject({ ...UNAVAILABLE, retryAfterMs: 240_000 });
    expect([server.count('file'), clock.pausesMs]).toEqual([1, []]);
  });

  test.each(['file', 'upload', 'state'] as const)('gets over three failures of %s', async (route) => {
    const closed = new Promise((resolve) => {
      server.next(route, json(500, {}), json(503, {}), (response, request) => {
        response.on('close', resolve);
        response.writeHead(502);
        endless(response, request);
      });
    });
    expect(await analyse(version)).toEqual(SCORES);
    expect(clock.pausesMs).toEqual([500, 1000, 2000]);
    await closed;
  });

  it('gives up after four', async () => {
    server.always('upload', json(500, {}));
    const error = await errorOf(analyse(version));
    expect(error).toMatchObject({ ...UNAVAILABLE, details: { reason: 'status 500' } });
    expect([server.count('upload'), server.count('start')]).toEqual([4, 0]);
  });

  test.each([
    'error_no_face',
    'error_src_face_too_small',
    'error_lighting_dark',
    'error_below_min_image_size',
    'error_multiple_people',
    'error_large_face_angle',
  ])('says which fault the vendor finds: %s', async (code) => {
    server.next('state', running(version), taskError(version, code));
    expect(await errorOf(analyse(version))).toMatchObject({
      ...REFUSED,
      message: expect.stringContaining(code),
    });
  });

  test.each(['error_<script>', null, 7, undefined])('repeats no other text: %s', async (code) => {
    server.next('state', taskError(version, code));
    const error = await errorOf(analyse(version));
    expect(error).toMatchObject({ ...REFUSED, message: expect.stringMatching(/: unknown$/) });
  });

  it('lets a task be tried again that the vendor itself has failed at', async () => {
    server.next('state', taskError(version, 'error_inference'));
    expect(await errorOf(analyse(version))).toMatchObject(UNAVAILABLE);
  });

  it('says that the credit is used up', async () => {
    server.next('start', json(400, { status: 400, error_code: 'CreditInsufficiency' }));
    const error = await errorOf(analyse(version));
    expect(error).toMatchObject({ ...REFUSED, message: expect.stringContaining('CreditInsufficiency') });
  });

  it('does not take a refused upload for one', async () => {
    server.next('upload', json(403, {}));
    expect(await errorOf(analyse(version))).toMatchObject(REFUSED);
    expect(server.count('start')).toBe(0);
  });

  test.each(['file', 'upload', 'start', 'state'] as const)(
    'stops an answer of %s that never ends',
    async (route) => {
      const closed = new Promise((resolve) => {
        server.next(route, (response, request) => {
          response.on('close', resolve);
          endless(response, request);
        });
      });
      expect(await errorOf(analyse(version))).toMatchObject(MALFORMED);
      await closed;
    },
  );

  it('asks again where an answer does not go on', async () => {
    server.next('state', hanging);
    expect(await analyse(version)).toEqual(SCORES);
    expect(server.count('state')).toBe(2);
  });

  it('gives up where no answer goes on', async () => {
    server.always('file', hanging);
    expect(await errorOf(analyse(version))).toMatchObject({ ...UNAVAILABLE, details: { reason: 'timeout' } });
    expect(server.count('file')).toBe(4);
  });

  it('begins a task again that the vendor had no room for', async () => {
    server.next('start', json(429, {}), json(503, {}));
    expect(await analyse(version)).toEqual(SCORES);
    expect(server.count('start')).toBe(3);
  });

  test.each<[string, Parameters<typeof server.next>[1]]>([
    ['got lost', (response) => response.destroy()],
    ['is a gateway’s', json(502, {})],
  ])('does not pay twice for a task whose answer %s, nor lets its caller do so', async (_, answer) => {
    server.next('start', answer);
    expect(await errorOf(analyse(version))).toMatchObject(PAID_FOR);
    expect(server.count('start')).toBe(1);
  });

  it('does not let its caller pay twice for a task that was begun', async () => {
    server.always('state', json(500, {}));
    expect(await errorOf(analyse(version))).toMatchObject(PAID_FOR);
  });

  test.each(['file', 'upload', 'start', 'state'] as const)(
    'ends at once when its caller leaves during %s',
    async (route) => {
      const caller = new AbortController();
      const closed = new Promise((resolve) => {
        server.next(route, (response, request) => {
          // Unread, its bytes would hide from the server that the client has gone.
          request.resume();
          response.on('close', resolve);
          caller.abort();
        });
      });
      const error = await errorOf(provider(version).analyse(JPEG, { signal: caller.signal }));
      expect(error).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('not waited for') });
      await closed;
      expect(server.count(route)).toBe(1);
    },
  );

  it('ends at once when its caller leaves during a pause', async () => {
    const caller = new AbortController();
    server.always('state', running(version));
    const pause = async () => caller.abort();
    const analysis = provider(version, { clock: { ...clock, pause } });
    expect(await errorOf(analysis.analyse(JPEG, { signal: caller.signal }))).toMatchObject(UNAVAILABLE);
    expect(server.count('state')).toBe(1);
  });

  it('asks for nothing when its caller has left', async () => {
    const signal = AbortSignal.abort();
    expect(await errorOf(provider(version).analyse(JPEG, { signal }))).toMatchObject(UNAVAILABLE);
    // A request on its way would be there before the next analysis has ended.
    await analyse(version);
    expect(server.asked.length).toBe(version === 'v1' ? 6 : 4);
  });

  test.each([
    ['text', (response) => response.end('<html>')],
    ['nothing', (response) => response.end()],
    ['another object', json(200, { result: {}, data: {} })],
    ['bytes that are no text', (response) => response.end(Buffer.from([0x22, 0xff, 0x22]))],
    ['a redirect', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ] satisfies [string, Answer][])('takes %s for no answer', async (_, answer) => {
    for (const route of ['file', 'start', 'state'] as const) {
      server.next(route, answer);
      expect(await errorOf(analyse(version))).toMatchObject(MALFORMED);
    }
    expect(clock.pausesMs).toEqual([]);
  });

  test.each([
    'http://example.org/upload?signature=signed-for-one',
    'http://127.0.0.1:1/upload',
    'file:///etc/passwd',
    'https://user:password@example.org/',
    'upload',
  ])('sends the picture, and asks for the ZIP, at no address like %s', async (url) => {
    server.next('file', file(version, url));
    expect(await errorOf(analyse(version))).toMatchObject(MALFORMED);
    server.next('state', doneAt(version, url));
    expect(await errorOf(analyse(version))).toMatchObject(MALFORMED);
    expect(server.count('upload')).toBe(1);
  });

  it('takes no header for the upload that would be more than one', async () => {
    server.next('file', file(version, `${server.url}/upload`, { 'x-signed': 'a\r\nb: c' }));
    expect(await errorOf(analyse(version))).toMatchObject(MALFORMED);
  });

  test.each(['.', '..', '', 7])('takes %j for no id of a task', async (id) => {
    server.next('start', json(200, { result: { task_id: id }, data: { task_id: id } }));
    expect(await errorOf(analyse(version))).toMatchObject(MALFORMED);
  });

  it('is unavailable where nobody listens', async () => {
    const gone = await startPerfectCorpServer();
    await gone.close();
    const error = await errorOf(analyse(version, { url: gone.url }));
    expect(error).toMatchObject({ ...UNAVAILABLE, details: { reason: 'ECONNREFUSED' } });
  });

  test.each([
    ['no address', { url: 'perfectcorp.com' }],
    ['an address of another protocol', { url: 'ftp://example.org' }],
    ['a key of two lines', { apiKey: 'a\nb' }],
  ])('cannot be made with %s', (_, options) => {
    expect(() => provider(version, options)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});

describe('the token of v1', () => {
  it('is asked for with the time, once for all analyses', async () => {
    const one = provider('v1', { secret: server.secretPem });
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 5 }, () => one.analyse(JPEG, { signal })));
    await one.analyse(JPEG, { signal });
    expect([server.count('auth'), server.uploads.length]).toEqual([1, 6]);
    expect(server.timestampsMs).toEqual([clock.nowMs()]);
  });

  it('is renewed once when it has expired, also for those who find out at the same time', async () => {
    const one = provider('v1');
    const { signal } = new AbortController();
    await one.analyse(JPEG, { signal });
    server.expireTokens();
    const three = [1, 2, 3].map(() => one.analyse(JPEG, { signal }));
    expect(await Promise.all(three)).toEqual([SCORES, SCORES, SCORES]);
    expect(server.count('auth')).toBe(2);
  });

  it('is renewed in the middle of an analysis', async () => {
    server.next('state', (response, request) => {
      server.expireTokens();
      running('v1')(response, request);
    });
    expect(await analyse('v1')).toEqual(SCORES);
    expect([server.count('auth'), server.count('start')]).toEqual([2, 1]);
  });

  it('is not asked for over and over where it is refused', async () => {
    server.always('file', json(401, { error_code: 'InvalidAccessToken' }));
    const error = await errorOf(analyse('v1'));
    expect(error).toMatchObject({ ...REFUSED, message: expect.stringContaining('InvalidAccessToken') });
    expect([server.count('auth'), server.count('file')]).toEqual([2, 2]);
  });

  it('is not had where the credentials are wrong, and is asked for anew by the next analysis', async () => {
    const one = provider('v1');
    const { signal } = new AbortController();
    server.next('auth', json(401, { error_code: 'InvalidApiKey' }));
    const error = await errorOf(one.analyse(JPEG, { signal }));
    expect(error).toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('credentials: InvalidApiKey'),
    });
    expect(await one.analyse(JPEG, { signal })).toEqual(SCORES);
  });

  it('comes for the others too when the one who asked has left', async () => {
    const one = provider('v1');
    const first = new AbortController();
    server.next('auth', (response, request) => {
      const second = one.analyse(JPEG, { signal: new AbortController().signal });
      first.abort();
      others.push(second);
      const body = json(200, { result: { access_token: 'token-x' } });
      setImmediate(() => body(response, request));
    });
    server.next('file', json(401, {}));
    const others: Promise<SkinScores>[] = [];
    expect(await errorOf(one.analyse(JPEG, { signal: first.signal }))).toMatchObject(UNAVAILABLE);
    expect(await Promise.all(others)).toEqual([SCORES]);
    // The first was shared; the second replaces the one that the server does not know.
    expect(server.count('auth')).toBe(2);
  });

  test.each([['a line break'], [''], [null]])('is none with %j', async (token) => {
    const access_token = token === 'a line break' ? 'a\nb' : token;
    server.next('auth', json(200, { result: { access_token } }));
    expect(await errorOf(analyse('v1'))).toMatchObject(MALFORMED);
  });

  test.each([
    ['no secret', { secret: undefined }],
    ['a secret that is no key', { secret: 'bm8ga2V5' }],
    ['a key that is too long for its secret', { apiKey: 'x'.repeat(200) }],
  ])('cannot be asked for with %s', (_, options) => {
    const { url, apiKey } = server;
    const given = {
      version: 'v1',
      url,
      apiKey,
      ...{ secret: server.secret, ...options },
    } as PerfectCorpOptions;
    expect(() => createPerfectCorpProvider(given)).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.not.stringContaining('bm8') }),
    );
  });
});

describe('the results of v2', () => {
  it('may come as a ZIP, wherever its address stands', async () => {
    expect(await analyse('v2', { format: 'zip' })).toEqual(SCORES);
    const url = `${server.url}/download`;
    server.next('state', json(200, { data: { task_status: 'success', results: url } }));
    expect(await analyse('v2')).toEqual(SCORES);
    expect(server.count('download')).toBe(2);
  });

  it('may have a skin type, and names that mean something to JavaScript', async () => {
    server.output = [
      { type: '__proto__', region: '__proto__', raw_score: 1 },
      { type: 'skin_type', region: 't_zone', skin_type: 'Oily' },
      { type: 'skin_type', region: 'whole', skin_type: 'Combination' },
      { type: 'redness', region: '__proto__', raw_score: 5 },
      { type: 'redness', region: 'whole', raw_score: 72 },
      { type: 'pore', region: 'whole', raw_score: null },
    ];
    const { conditions, skinType } = await analyse('v2');
    expect([Object.keys(conditions), conditions.redness?.score, skinType]).toEqual([
      ['redness'],
      72,
      'Combination',
    ]);
  });

  test.each([
    ['nothing', []],
    ['pictures only', [{ type: 'resize_image', mask_urls: [] }]],
    ['a score twice', [...OUTPUT, OUTPUT[0]]],
    ['a score that is none', [{ type: 'acne', raw_score: '30' }]],
    ['no list', { acne: 30 }],
  ])('are none with %s', async (_, output) => {
    server.output = output;
    expect(await errorOf(analyse('v2'))).toMatchObject(MALFORMED);
  });

  it('are not given for a wrong key', async () => {
    const error = await errorOf(analyse('v2', { apiKey: 'another' }));
    expect(error).toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('credentials: InvalidApiKey'),
    });
    expect(server.asked).toEqual(['file']);
  });
});

describe('the ZIP', () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`mask-${i}`, new Uint8Array(0)]));

  test.each([
    ['is none', () => Buffer.from('<html>'.repeat(100)), 'damaged'],
    ['is empty', () => new Uint8Array(0), 'damaged'],
    ['is cut off', () => scoreZip(SCORE_INFO).subarray(0, -30), 'damaged'],
    ['has damaged bytes', () => overwritten(scoreZip(SCORE_INFO)), 'damaged'],
    ['has no score file', () => zipSync({ 'score_info.json': textOf(SCORE_INFO) }), 'without a score file'],
    ['has no files', () => zipSync({}), 'without a score file'],
    ['has a score file of something else', () => scoreZip('<html>'), 'JSON'],
    ['has no scores', () => scoreZip({ skin_age: 37 }), 'no scores'],
    ['has a score file that is a bomb', () => scoreZip(' '.repeat(20_000_000)), 'too large'],
    ['has a score file that is large', () => scoreZip(randomBytes(30_000).toString('base64')), 'too large'],
    ['has a bomb that lies of its size', () => shrunk(scoreZip(' '.repeat(20_000_000))), 'JSON'],
    ['has too many files', () => scoreZip(SCORE_INFO, many), 'too many entries'],
    ['has two score files', twice, 'two score files'],
  ])('is refused where it %s', async (_, zip, reason) => {
    server.zip = zip();
    const error = await errorOf(analyse('v1'));
    expect(error).toMatchObject({ ...MALFORMED, message: expect.stringContaining(reason) });
  });

  it('is refused where it never ends, or is not there', async () => {
    server.next('download', endless);
    expect(await errorOf(analyse('v1'))).toMatchObject(MALFORMED);
    server.next('download', json(404, {}));
    expect(await errorOf(analyse('v1'))).toMatchObject(MALFORMED);
  });

  it('is asked for again where it does not come', async () => {
    server.next('download', json(500, {}), hanging);
    expect(await analyse('v1')).toEqual(SCORES);
  });
});

describe('the mock provider', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framegate-skin-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives the scores of its file, which it reads at the start', async () => {
    const path = join(folder, 'score_info.json');
    await writeFile(path, JSON.stringify(SCORE_INFO));
    const mock = await openMockProvider(path);
    await rm(path);
    expect(await mock.analyse(JPEG, { signal: new AbortController().signal })).toEqual(SCORES);
  });

  test.each([
    ['is missing', null],
    ['is no JSON', '{'],
    ['has no scores', '{}'],
  ])('says which file %s', async (_, content) => {
    const path = join(folder, 'score_info.json');
    if (content !== null) await writeFile(path, content);
    await expect(openMockProvider(path)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(path),
    });
  });
});

test('the real clock pauses, is woken by a signal, and tells that the time is up', async () => {
  await SYSTEM_CLOCK.pause(1, new AbortController().signal);
  const caller = new AbortController();
  const pause = SYSTEM_CLOCK.pause(1_000_000, caller.signal);
  caller.abort();
  await pause;
  const deadline = SYSTEM_CLOCK.deadline(1);
  await once(deadline, 'abort');
  expect(deadline.reason).toMatchObject({ name: 'TimeoutError' });
});

/** The deflated scores, which stand last, with their first bytes changed. */
function overwritten(zip: Uint8Array): Uint8Array {
  const bytes = Buffer.from(zip);
  const name = bytes.indexOf(SCORE_FILE);
  return bytes.fill(0xff, name + SCORE_FILE.length, name + SCORE_FILE.length + 8);
}

/** In the central directory, the scores' unpacked size becomes 1,000. */
function shrunk(zip: Uint8Array): Uint8Array {
  const bytes = Buffer.from(zip);
  bytes.writeUInt32LE(1000, bytes.lastIndexOf(SCORE_FILE) - 46 + 24);
  return bytes;
}

/** In the central directory, the mask gets the name of the scores. */
function twice(): Uint8Array {
  const mask = 'x'.repeat(SCORE_FILE.length);
  const bytes = Buffer.from(scoreZip(SCORE_INFO, { [mask]: textOf(SCORE_INFO) }));
  bytes.write(SCORE_FILE, bytes.lastIndexOf(mask), 'latin1');
  return bytes;
}
