import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts';

const open: Metrics[] = [];
function metricsOf(node: string): Metrics {
  const metrics = createMetrics({ node, version: '1.2.3' });
  open.push(metrics);
  return metrics;
}
afterEach(() => {
  for (const metrics of open.splice(0)) metrics.close();
});

const timing = { queueMs: 1, decodeMs: 2, inferMs: 3, totalMs: 6 };

describe('metrics', () => {
  it('count frames by verdict and time only those that were worked on', async () => {
    const metrics = metricsOf('a');
    metrics.edge.frameAnswered('pass', timing);
    metrics.edge.frameAnswered('skipped', { queueMs: 0, decodeMs: 0, inferMs: 0, totalMs: 0 });
    const text = await metrics.text();
    expect(text).toContain('framegate_frames_total{verdict="pass",node="a"} 1');
    expect(text).toContain('framegate_frames_total{verdict="skipped",node="a"} 1');
    expect(text).toMatch(/framegate_feedback_seconds_count\{.*stage="total".*\} 1\n/);
    expect(text).toMatch(/framegate_feedback_seconds_sum\{.*stage="total".*\} 0\.006\n/);
  });

  it('of two nodes in one process are apart', async () => {
    const [a, b] = [metricsOf('a'), metricsOf('b')];
    a.edge.errorSent('seq-not-increasing');
    expect(await a.text()).toContain('framegate_errors_sent_total{code="seq-not-increasing",node="a"} 1');
    expect(await b.text()).not.toContain('seq-not-increasing');
  });

  it('read the sessions at each scrape', async () => {
    const metrics = metricsOf('a');
    let sessions = 2;
    metrics.edge.watchSessions(() => ({
      connections: 3,
      sessions,
      framesInWork: 1,
      framesWaiting: 0,
      heldBytes: 4096,
      utilisation: 0.5,
      queueWaitMs: 4,
    }));
    expect(await metrics.text()).toContain('framegate_sessions{node="a"} 2');
    sessions = 5;
    const text = await metrics.text();
    expect(text).toContain('framegate_sessions{node="a"} 5');
    expect(text).toContain('framegate_queue_wait_seconds{node="a"} 0.004');
  });

  it('never take a client’s own close code as a label', async () => {
    const metrics = metricsOf('a');
    metrics.edge.connectionClosed(4401);
    metrics.edge.connectionClosed(0);
    const text = await metrics.text();
    expect(text).toContain('framegate_connections_closed_total{code="4401",node="a"} 1');
    expect(text).toContain('framegate_connections_closed_total{code="other",node="a"} 1');
  });

  it('cover bus, analysis, store and the process itself', async () => {
    const metrics = metricsOf('a');
    metrics.pipeline.published('CAPTURES', 'acknowledged', 12);
    metrics.pipeline.consumed('worker-face-quality', 'acked');
    metrics.pipeline.analysed('face-quality', 'done', 150);
    metrics.pipeline.inserted('frames', 500, 40);
    metrics.edge.resumeEnded('resumed');
    metrics.edge.paceSent(10);
    const text = await metrics.text();
    for (const line of [
      'framegate_publish_seconds_count{stream="CAPTURES",outcome="acknowledged",node="a"} 1',
      'framegate_inserted_rows_total{table="frames",node="a"} 500',
      'framegate_resumes_total{outcome="resumed",node="a"} 1',
      'framegate_pace_max_fps{node="a"} 10',
      'framegate_build_info{version="1.2.3",node="a"} 1',
    ]) {
      expect(
        text.split('\n').some((found) => sameSample(found, line)),
        line,
      ).toBe(true);
    }
    expect(text).toMatch(/process_resident_memory_bytes\{node="a"\} \d{7,}/);
    expect(text).toMatch(/framegate_event_loop_lag_seconds\{.*quantile="0.99".*\} [\d.e-]+/);
  });
});

/** The order of labels is the library's own affair. */
function sameSample(left: string, right: string): boolean {
  const parts = (line: string) => {
    const match = /^(\w+)\{(.*)\} (.+)$/.exec(line);
    return match === null ? line : `${match[1]} ${match[2]?.split(',').sort().join()} ${match[3]}`;
  };
  return parts(left) === parts(right);
}
