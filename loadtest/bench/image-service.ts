/** The image service as its callers meet it: a whole installation on loopback, each role a process of its own. */
import autocannon from 'autocannon';
import { startCluster } from '../cluster/start-cluster.ts';
import { type Figures, figure } from './figures.ts';
import { median } from './quantiles.ts';

export interface ImageServiceOptions {
  /** The JPEG of about 2 MB that the seed's own figures speak of. */
  readonly jpeg: Uint8Array<ArrayBuffer>;
  readonly rounds: number;
  readonly secondsPerRound: number;
  readonly print: (line: string) => void;
}

interface Upload {
  readonly job_id: string;
}

const CONNECTIONS = 50;
/** Jobs whose states are asked for in turn, so that no single key is what is measured. */
const JOBS = 12;
const POLL_MS = 5;
const PROCESSING_DEADLINE_MS = 60_000;
const STATUS_GOAL_PER_SECOND = 8000;

/**
 * Uploads, processing and status requests, in this order: the latter are asked for of jobs that are through, by a
 * generator in a thread of this process, on the cores that api, Redis and the generator share.
 */
export async function measureImageService(options: ImageServiceOptions): Promise<Figures> {
  const { jpeg, print } = options;
  const cluster = await startCluster({
    edges: 0,
    workers: 1,
    sinks: 0,
    apis: 1,
    natsServers: 1,
    clickHouse: false,
    settings: { FRAMEGATE_UPLOADS_PER_HOUR: '100000' },
    say: print,
  });
  try {
    const url = cluster.apiUrls[0]!;
    const uploadMs: number[] = [];
    const processingMs: number[] = [];
    const jobIds: string[] = [];
    for (let index = 0; index < JOBS; index++) {
      const startMs = performance.now();
      const { job_id: jobId } = await upload(url, jpeg);
      uploadMs.push(performance.now() - startMs);
      await completed(url, jobId);
      processingMs.push(performance.now() - startMs);
      jobIds.push(jobId);
    }
    const [perSecond, statusMs] = await statusRequests(url, jobIds, options);
    print(
      `  upload ${median(uploadMs).toFixed(1)} ms (the seed's own figure: 50), completed after ` +
        `${median(processingMs).toFixed(0)} ms (4500), status ${statusMs.toFixed(2)} ms (2), ` +
        `${perSecond.toFixed(0)} status requests/s`,
    );
    return {
      statusPerSecond: figure(perSecond, '/s', STATUS_GOAL_PER_SECOND),
      statusMedianMs: figure(statusMs, 'ms', 2),
      uploadMedianMs: figure(median(uploadMs), 'ms', 50),
      uploadToCompletedMedianMs: figure(median(processingMs), 'ms', 4500),
    };
  } finally {
    await cluster.close();
  }
}

async function upload(url: string, jpeg: Uint8Array<ArrayBuffer>): Promise<Upload> {
  const body = new FormData();
  body.set('file', new Blob([jpeg], { type: 'image/jpeg' }), 'photo.jpg');
  body.set('bucket', 'bench');
  const response = await fetch(`${url}/api/v1/images/upload`, { method: 'POST', body });
  if (response.status !== 202) throw new Error(`upload: ${response.status} ${await response.text()}`);
  return (await response.json()) as Upload;
}

async function completed(url: string, jobId: string): Promise<void> {
  const deadlineMs = performance.now() + PROCESSING_DEADLINE_MS;
  for (;;) {
    const response = await fetch(`${url}/api/v1/images/jobs/${jobId}`);
    const { status, error } = (await response.json()) as { status: string; error: unknown };
    if (status === 'completed') return;
    if (status === 'failed' || performance.now() > deadlineMs)
      throw new Error(`job ${jobId} is ${status}: ${JSON.stringify(error)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Requests a second, median of the rounds, and the median latency of one connection alone. */
async function statusRequests(
  url: string,
  jobIds: readonly string[],
  { rounds, secondsPerRound }: ImageServiceOptions,
): Promise<[number, number]> {
  const requests = jobIds.map((jobId) => ({ path: `/api/v1/images/jobs/${jobId}` }));
  const run = async (connections: number) => {
    const result = await autocannon({ url, connections, requests, duration: secondsPerRound, workers: 1 });
    if (result.non2xx > 0 || result.errors > 0) {
      throw new Error(`${result.non2xx} status requests were refused, ${result.errors} failed`);
    }
    return result;
  };
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) rates.push((await run(CONNECTIONS)).requests.average);
  const alone = await latenciesAlone(url, jobIds);
  return [median(rates), median(alone)];
}

async function latenciesAlone(url: string, jobIds: readonly string[]): Promise<number[]> {
  const latenciesMs: number[] = [];
  for (let index = 0; index < 300; index++) {
    const startMs = performance.now();
    const response = await fetch(`${url}/api/v1/images/jobs/${jobIds[index % jobIds.length]}`);
    await response.arrayBuffer();
    latenciesMs.push(performance.now() - startMs);
  }
  return latenciesMs;
}
