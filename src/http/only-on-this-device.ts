import { FramegateError } from '../protocol/framegate-error.ts';
import { isOnThisDevice } from '../protocol/is-on-this-device.ts';
import type { Route } from './route.ts';

/**
 * Refuses requests that call this machine by a foreign name. Where no token is needed, a page that the person visits could
 * otherwise read the answer: it has its own name resolve to this machine (DNS rebinding), and is of the same origin then.
 */
export function onlyOnThisDevice(route: Route, allowedOrigins: readonly string[]): Route {
  // It says only that the process lives, and is asked for by whatever name the machine has.
  if (route.path === '/livez') return route;
  const allowed = new Set(
    allowedOrigins.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin).host),
  );
  return {
    ...route,
    handle(request) {
      const host = request.headers.host.toLowerCase();
      if (!isOnThisDevice(`http://${host}`) && !allowed.has(host)) {
        throw new FramegateError('origin-refused', 'this node is not known by the name in Host');
      }
      return route.handle(request);
    },
  };
}
