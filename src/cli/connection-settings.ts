/** From configuration to what bus and store want to know. */
import { readFileSync } from 'node:fs';
import type { BusCredentials, BusOptions } from '../bus/create-bus.ts';
import type { BusConfig, Config } from '../config/parse-config.ts';
import type { StoreSettings } from '../store/types.ts';

/** `url` is the configured one, or that of the server which `up` has started. */
export function busOptions(config: Config, url: string): BusOptions {
  const { bus } = config;
  const tls = {
    ...(bus.caFile !== null && { caFile: bus.caFile }),
    ...(bus.certificateFile !== null && { certFile: bus.certificateFile }),
    ...(bus.keyFile !== null && { keyFile: bus.keyFile }),
  };
  const credentials = busCredentials(bus);
  return {
    servers: url,
    name: `framegate ${config.node.name}`,
    ...(credentials !== null && { credentials }),
    ...(Object.keys(tls).length > 0 && { tls }),
    ...(bus.domain !== null && { jetStreamDomain: bus.domain }),
    ...(bus.resultsDomain !== null && { resultsDomain: bus.resultsDomain }),
  };
}

function busCredentials(bus: BusConfig): BusCredentials | null {
  if (bus.credentialsFile !== null)
    return { type: 'creds', creds: readFileSync(bus.credentialsFile, 'utf8') };
  if (bus.user !== null) return { type: 'password', user: bus.user, password: bus.password ?? '' };
  return bus.token === null ? null : { type: 'token', token: bus.token };
}

/** As busOptions. */
export function storeSettings(config: Config, url: string): StoreSettings {
  const { store } = config;
  return {
    url,
    database: store.database,
    username: store.user,
    ...(store.password !== null && { password: store.password }),
    ...(store.cluster !== null && { cluster: store.cluster }),
  };
}
