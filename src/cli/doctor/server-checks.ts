import type { Config } from '../../config/parse-config.ts';
import { hideCredentials } from '../../config/print-config.ts';
import { MESSAGE_OVERHEAD_BYTES } from '../../protocol/limits.ts';
import type { DoctorDeps, RunningNode } from './doctor-deps.ts';
import { type Finding, fail, ok, reasonOf, warn } from './finding.ts';

/** Older servers lack what the schema needs. */
const LEAST_CLICKHOUSE = [23, 3] as const;

/** What a job's message may have beyond its pictures: landmarks, labels and ids, in a header. */
const JOB_OVERHEAD_BYTES = 256 * 1024;

export async function checkNats(
  config: Config,
  deps: Pick<DoctorDeps, 'findProgram' | 'probeNats'>,
  running: RunningNode | null,
): Promise<Finding> {
  const url = config.bus.url ?? running?.natsUrl ?? null;
  if (url === null) return checkProgram('nats', 'nats-server', 'FRAMEGATE_NATS_URL', deps);
  const where = shownUrl(url);
  try {
    const nats = await deps.probeNats(config, url);
    const server = `${where}, version ${nats.version}`;
    if (nats.jetStreamProblem !== null) {
      return fail(
        'nats',
        `${server}: JetStream does not answer: ${nats.jetStreamProblem}`,
        'enable it (`jetstream {}` in the server’s configuration) and allow this account to use it',
      );
    }
    const tooLarge = payloadsOf(config).filter(({ bytes }) => bytes > nats.maxPayloadBytes);
    if (tooLarge.length > 0) {
      const neededBytes = Math.max(...tooLarge.map(({ bytes }) => bytes));
      const lower = `lower ${tooLarge.map(({ setting }) => setting).join(' and ')}`;
      return warn(
        'nats',
        `${server}: max_payload is ${nats.maxPayloadBytes}, so ${tooLarge.map(({ what }) => what).join(', and ')}`,
        // What `framegate up` starts has a max_payload of its own.
        config.bus.url === null ? lower : `set max_payload to ${neededBytes} or more, or ${lower}`,
      );
    }
    return ok('nats', `${server}, JetStream, max_payload ${nats.maxPayloadBytes}`);
  } catch (thrown) {
    return fail(
      'nats',
      `${where}: ${reasonOf(thrown)}`,
      'start it, or correct FRAMEGATE_NATS_URL and its credentials',
    );
  }
}

/** The largest messages that the settings allow, and what becomes of them where the server takes less. */
function payloadsOf({ edge, api }: Config) {
  return [
    {
      bytes: edge.maxStillBytes + MESSAGE_OVERHEAD_BYTES,
      what: 'stills are limited to that',
      setting: 'FRAMEGATE_MAX_STILL_BYTES',
    },
    {
      bytes: 2 * api.maxUploadBytes + JOB_OVERHEAD_BYTES,
      what: 'jobs of a larger picture and its segmentation map are refused (payload-too-large)',
      setting: 'FRAMEGATE_MAX_UPLOAD_BYTES',
    },
  ];
}

export async function checkRedis(
  config: Config,
  deps: Pick<DoctorDeps, 'findProgram' | 'probeRedis'>,
  running: RunningNode | null,
): Promise<Finding> {
  const url = config.state.url ?? running?.redisUrl ?? null;
  if (url === null) return checkProgram('redis', 'redis-server', 'FRAMEGATE_REDIS_URL', deps);
  const where = shownUrl(url);
  try {
    await deps.probeRedis(url);
    return ok('redis', `${where} answers`);
  } catch (thrown) {
    // Live guidance goes on without it; nothing can be resumed.
    return warn('redis', `${where}: ${reasonOf(thrown)}`, 'start it, or correct FRAMEGATE_REDIS_URL');
  }
}

export async function checkClickHouse(
  config: Config,
  deps: Pick<DoctorDeps, 'probeClickHouse'>,
  running: RunningNode | null,
): Promise<Finding> {
  const url = config.store.url ?? running?.clickHouseUrl ?? null;
  if (url === null) return ok('clickhouse', '`framegate up` starts the embedded one');
  const where = shownUrl(url);
  try {
    const { version, pendingMigrations } = await deps.probeClickHouse(config, url);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < LEAST_CLICKHOUSE[0] || (major === LEAST_CLICKHOUSE[0] && minor < LEAST_CLICKHOUSE[1])) {
      return fail(
        'clickhouse',
        `${where}, version ${version}`,
        `update it to ${LEAST_CLICKHOUSE.join('.')} or later`,
      );
    }
    if (pendingMigrations > 0) {
      const detail = `${where}, version ${version}: ${pendingMigrations} migrations have not run`;
      return warn('clickhouse', detail, 'start `framegate sink` or `framegate up`: they run them');
    }
    return ok('clickhouse', `${where}, version ${version}, all migrations have run`);
  } catch (thrown) {
    const fix = 'start it, or correct FRAMEGATE_CLICKHOUSE_URL, _USER and _PASSWORD';
    return fail('clickhouse', `${where}: ${reasonOf(thrown)}`, fix);
  }
}

function checkProgram(
  name: string,
  program: string,
  setting: string,
  deps: Pick<DoctorDeps, 'findProgram'>,
): Finding {
  const path = deps.findProgram(program);
  if (path !== null) return ok(name, `\`framegate up\` starts ${path}`);
  return warn(
    name,
    `${program} is not installed and ${setting} is not set`,
    '`framegate up` installs it (unless --no-install), or set the URL',
  );
}

function shownUrl(url: string): string {
  return url.split(',').map(hideCredentials).join(', ');
}
