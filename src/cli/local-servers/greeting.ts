import { connect } from 'node:net';

/**
 * Connects, says `opening` where there is one, and gives the first line of the answer.
 * Rejects when there is no line within `timeoutMs`.
 */
export function greeting(
  address: { readonly host: string; readonly port: number },
  opening: string,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, timeout: timeoutMs });
    // Connecting, too, has to happen in time; the socket's own timeout counts silence only.
    const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), timeoutMs);
    let text = '';
    socket.once('connect', () => socket.write(opening));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n');
      if (end < 0) return;
      resolve(text.slice(0, end));
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed without an answer'));
    });
  });
}
