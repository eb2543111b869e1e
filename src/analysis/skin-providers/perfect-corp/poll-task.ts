import type { Clock } from './clock.ts';
import type { EndedTask, SkinTasks } from './skin-tasks.ts';

/** A task takes some seven seconds, and a customer has 250 requests in five minutes. */
const FIRST_PAUSE_MS = 1000;
const GROWTH = 1.5;
const LONGEST_PAUSE_MS = 5000;

/** Asks at once, then ever less often, until the task has ended or the signal is aborted. Rejects as HttpClient.send. */
export async function pollTask(
  tasks: SkinTasks,
  taskId: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<EndedTask> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
    const state = await tasks.ask(taskId, signal);
    if (state.status !== 'running') return state;
    await clock.pause(pauseMs, signal);
  }
}
