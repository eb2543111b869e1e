/** Sessions that stream pre-encoded frames, on a thread of their own, so that measuring disturbs nobody else. */
import { parentPort, workerData } from 'node:worker_threads';
import { createCodec } from '../../src/protocol/codec.ts';
import { SERVER_STRUCTURE_LIMITS, STREAM_PATH, SUBPROTOCOL } from '../../src/protocol/limits.ts';
import type { Feedback, ServerMessage } from '../../src/protocol/messages.ts';
import { openFrameSocket } from './frame-socket.ts';
import type { LoadOrder, LoadReport } from './load.ts';

const { url, frames, sessions, fps, inFlight, durationMs } = workerData as LoadOrder;
const codec = createCodec(SERVER_STRUCTURE_LIMITS);
const report: LoadReport = {
  answered: 0,
  skipped: 0,
  errors: 0,
  roundTripMs: [],
  overheadMs: [],
  cpuSeconds: 0,
  perSession: [],
};

async function openSession(index: number): Promise<{ start(): void; stop(): void }> {
  const welcomed = Promise.withResolvers<void>();
  const sentAtMs = new Map<number, number>();
  let seq = 0;
  let running = false;
  let timer: NodeJS.Timeout | null = null;
  report.perSession[index] = 0;

  const socket = await openFrameSocket(url + STREAM_PATH, SUBPROTOCOL, (payload) => {
    const message = codec.decode(payload) as ServerMessage;
    if (message.type === 'feedback') onFeedback(message);
    else if (message.type === 'error') report.errors++;
    else if (message.type === 'welcome') welcomed.resolve();
  });

  function sendFrame(): void {
    if (!running || sentAtMs.size >= inFlight) return;
    seq++;
    const { data, width, height } = frames[(seq + index) % frames.length]!;
    sentAtMs.set(seq, performance.now());
    socket.send(
      codec.encode({ type: 'frame', seq, capturedAtMs: Date.now(), width, height, format: 'jpeg', data }),
    );
  }

  function onFeedback({ seq: answeredSeq, verdict, timing }: Feedback): void {
    const roundTripMs = performance.now() - sentAtMs.get(answeredSeq)!;
    sentAtMs.delete(answeredSeq);
    // The next frame goes out first: what is counted here is not to hold it up.
    if (fps === null) sendFrame();
    if (!running) return;
    if (verdict === 'skipped') report.skipped++;
    else if (verdict === 'error') report.errors++;
    else {
      report.answered++;
      report.perSession[index]!++;
      report.roundTripMs.push(roundTripMs);
      report.overheadMs.push(roundTripMs - timing.decodeMs - timing.inferMs);
    }
  }

  socket.send(
    codec.encode({
      type: 'hello',
      profile: 'face-skin:strict',
      consent: { store: false, training: false },
      locale: 'en',
      client: { sdk: 'bench', camera: '', screen: '' },
    }),
  );
  await welcomed.promise;
  return {
    start() {
      running = true;
      if (fps === null) for (let frame = 0; frame < inFlight; frame++) sendFrame();
      else timer = setInterval(sendFrame, 1000 / fps);
    },
    stop() {
      running = false;
      if (timer !== null) clearInterval(timer);
      socket.close();
    },
  };
}

const opened = await Promise.all(Array.from({ length: sessions }, (_, index) => openSession(index)));
for (const session of opened) session.start();
const cpuAtStart = process.threadCpuUsage();
await new Promise((resolve) => setTimeout(resolve, durationMs));
const cpu = process.threadCpuUsage(cpuAtStart);
for (const session of opened) session.stop();
parentPort!.postMessage({ ...report, cpuSeconds: (cpu.user + cpu.system) / 1e6 });
