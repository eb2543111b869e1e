import { parseConfig, thisMachine } from '../config/parse-config.ts';
import { type Endpoint, OPEN_ACCESS } from '../http/endpoint.ts';
import { type ApiAccess, type ApiParts, apiEndpoints } from './roles/api-endpoints.ts';

/** The endpoints as they are documented, with the default settings and nothing behind them. */
export function documentedEndpoints(): Endpoint[] {
  const access: ApiAccess = {
    internal: { scheme: 'internal', admit: () => null },
    bearer: { scheme: 'bearer', admit: () => null },
    account: () => ({ scheme: 'bearer', admit: () => null }),
    signIn: OPEN_ACCESS,
  };
  return apiEndpoints(parseConfig({}, thisMachine()), access, nothing() as ApiParts);
}

/** Has every property, and whatever is called on it fails: a document asks nobody. */
function nothing(): unknown {
  const fail = () => {
    throw new Error('the documented endpoints have nothing behind them');
  };
  return new Proxy(fail, { get: (_target, name) => (typeof name === 'symbol' ? undefined : nothing()) });
}
