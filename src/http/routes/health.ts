import { type HttpReply, jsonReply, type Route } from '../route.ts';

/** A server that this process works with. */
export interface DependencyCheck {
  /** `nats`, `redis`, `clickhouse`. */
  readonly name: string;
  /** Whether the process is of no use without it; else it is only reported as degraded. */
  readonly required: boolean;
  /** Resolves with a remark (a version, an address) when it answers, rejects when it does not. */
  check(): Promise<string>;
}

export interface HealthDeps {
  readonly node: string;
  /** Whether the models are loaded and have run once. True for roles without models. */
  warm(): boolean;
  draining(): boolean;
  readonly dependencies: readonly DependencyCheck[];
  /** Further facts for /readyz: sessions, models, limits. */
  detail?(): Record<string, unknown>;
  /** One check may take this long. Default 1 s. */
  readonly checkTimeoutMs?: number;
  /** A finding is good for this long, however often it is asked for. Default 1 s. */
  readonly keepMs?: number;
  readonly nowMs?: () => number;
}

export interface DependencyFinding {
  readonly status: 'ok' | 'down';
  readonly required: boolean;
  readonly detail: string;
}

export interface ReadinessBody {
  readonly status: 'ready' | 'degraded' | 'warming' | 'draining' | 'unavailable';
  readonly node: string;
  readonly dependencies: Readonly<Record<string, DependencyFinding>>;
}

/** What callers of the Quantum routes look for in a refusal. */
const NOT_READY = { errorCode: 'SERVICE_UNAVAILABLE', message: 'Service not ready' };

/** /livez: the process answers. /readyz: it wants traffic, with the state of each dependency. */
export function healthRoutes(deps: HealthDeps): Route[] {
  const { checkTimeoutMs = 1000, keepMs = 1000, nowMs = () => performance.now() } = deps;
  let kept: { atMs: number; findings: Promise<Record<string, DependencyFinding>> } | null = null;

  function findings(): Promise<Record<string, DependencyFinding>> {
    if (kept === null || nowMs() - kept.atMs >= keepMs) {
      kept = { atMs: nowMs(), findings: checkAll(deps.dependencies, checkTimeoutMs) };
    }
    return kept.findings;
  }

  async function readiness(): Promise<HttpReply> {
    const dependencies = await findings();
    const down = Object.values(dependencies).filter((finding) => finding.status === 'down');
    const status = statusOf(deps, down);
    const body: ReadinessBody = { status, node: deps.node, dependencies, ...deps.detail?.() };
    if (status === 'ready' || status === 'degraded') return jsonReply(200, body);
    return jsonReply(503, { ...body, detail: NOT_READY });
  }

  return [
    { method: 'GET', path: '/livez', handle: () => jsonReply(200, { status: 'ok', node: deps.node }) },
    { method: 'GET', path: '/readyz', handle: readiness },
  ];
}

function statusOf(deps: HealthDeps, down: readonly DependencyFinding[]): ReadinessBody['status'] {
  if (deps.draining()) return 'draining';
  if (!deps.warm()) return 'warming';
  if (down.some((finding) => finding.required)) return 'unavailable';
  return down.length > 0 ? 'degraded' : 'ready';
}

async function checkAll(
  checks: readonly DependencyCheck[],
  timeoutMs: number,
): Promise<Record<string, DependencyFinding>> {
  const found = await Promise.all(
    checks.map(async (check) => [check.name, await find(check, timeoutMs)] as const),
  );
  return Object.fromEntries(found);
}

async function find(check: DependencyCheck, timeoutMs: number): Promise<DependencyFinding> {
  const { required } = check;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return { status: 'ok', required, detail: await Promise.race([check.check(), late]) };
  } catch (thrown) {
    return { status: 'down', required, detail: thrown instanceof Error ? thrown.message : String(thrown) };
  } finally {
    clearTimeout(timer);
  }
}
