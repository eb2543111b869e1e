import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';

/**
 * A thread's answer, for as long as somebody waits for it. Nothing is started for a signal that is aborted already.
 * Rejects as the thread does, with server-draining (retryable) when the signal is aborted, and with analysis-timeout where
 * the thread took too long: a machine that was busy may have time at the next try.
 * @param doing for people: `measuring the skin`
 */
export async function onThread<T>(start: () => Promise<T>, signal: AbortSignal, doing: string): Promise<T> {
  const stopped = () => new FramegateError('server-draining', 'the worker is stopping', { retryable: true });
  if (signal.aborted) throw stopped();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(stopped());
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([start(), aborted.promise]);
  } catch (thrown) {
    const error = toFramegateError(thrown);
    if (error.code !== 'decode-timeout') throw error;
    throw new FramegateError('analysis-timeout', `${doing} took longer than the limit`, {
      retryable: true,
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
