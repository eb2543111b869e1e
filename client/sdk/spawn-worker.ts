/**
 * Imports the script dynamically, which a policy judges by script-src: a static import of a worker would fall under
 * worker-src. What is sent meanwhile is kept, because nobody listens yet; a failure becomes an `error` of the worker.
 */
const bootstrap = (url: string): string => `const kept = [];
const keep = (event) => kept.push(event);
addEventListener('message', keep);
import(${JSON.stringify(url)}).then(() => {
  removeEventListener('message', keep);
  for (const { data, ports } of kept) dispatchEvent(new MessageEvent('message', { data, ports }));
}, (error) => setTimeout(() => { throw error; }));`;

/**
 * Starts a module worker. `url` is made from import.meta.url (`import url from './x-worker.ts?worker&url'`) and may be of
 * another origin than the page: then a worker of the page's origin imports it, which needs CORS headers on the script,
 * and of the page's policy `worker-src blob:` and that origin in script-src. A script that cannot be loaded is an `error`
 * event of the worker. The script may not await at its top level before it listens: messages until then would be lost.
 */
export function spawnWorker(url: string, options: { readonly name?: string } = {}): Worker {
  const { href, origin } = new URL(url, location.href);
  if (origin === location.origin) return new Worker(href, { ...options, type: 'module' });
  const source = URL.createObjectURL(new Blob([bootstrap(href)], { type: 'text/javascript' }));
  const worker = new Worker(source, { ...options, type: 'module' });
  // Not at once: the script of a module worker is fetched later, and not every browser keeps the blob until then.
  const revoke = () => URL.revokeObjectURL(source);
  worker.addEventListener('message', revoke, { once: true });
  worker.addEventListener('error', revoke, { once: true });
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    revoke();
    terminate();
  };
  return worker;
}
