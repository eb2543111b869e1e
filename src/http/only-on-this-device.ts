import { FramegateError } from '../protocol/framegate-error.ts';
import { isOnThisDevice } from '../protocol/is-on-this-device.ts';
import type { RequestHeaders, Route } from './route.ts';

/**
 * Refuses requests that call this machine by a foreign name, and those that a page of elsewhere sends. Where no token is
 * needed, any page that the person visits could otherwise act for them: its form reaches this machine, and where its own
 * name resolves to it (DNS rebinding), it is of the same origin and reads the answer too.
 */
export function onlyOnThisDevice(route: Route, allowedOrigins: readonly string[]): Route {
  // It says only that the process lives, and is asked for by whatever name the machine has.
  if (route.path === '/livez') return route;
  const allowed = new Set(
    allowedOrigins.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin).host),
  );
  const refuseForeign = ({ host, origin }: RequestHeaders) => {
    const name = host.toLowerCase();
    if (!isOnThisDevice(`http://${name}`) && !allowed.has(name)) {
      throw new FramegateError('origin-refused', 'this node is not known by the name in Host');
    }
    if (origin === '' || isOnThisDevice(origin)) return;
    if (!URL.canParse(origin) || !allowed.has(new URL(origin).host)) {
      throw new FramegateError('origin-refused', 'pages of this origin may not call here');
    }
  };
  return {
    ...route,
    // Before any of its body is read.
    admit(request) {
      refuseForeign(request.headers);
      return route.admit?.(request);
    },
  };
}
