/** Whether the device has a network at all. */
export interface Network {
  online(): boolean;
  /** Calls back each time when the network has come back. Returns how to stop. */
  onOnline(handler: () => void): () => void;
}

const ALWAYS_ONLINE: Network = { online: () => true, onOnline: () => () => {} };

/** The part of a browser's global scope that says it. */
export interface NetworkScope {
  readonly navigator?: { readonly onLine?: boolean };
  readonly addEventListener?: (name: 'online', handler: () => void) => void;
  readonly removeEventListener?: (name: 'online', handler: () => void) => void;
}

/** What the browser knows of it; where nothing says anything, as in Node.js, there always is one. */
export function deviceNetwork(scope: NetworkScope = globalThis as NetworkScope): Network {
  const { navigator } = scope;
  if (typeof navigator?.onLine !== 'boolean' || scope.addEventListener === undefined) return ALWAYS_ONLINE;
  return {
    online: () => navigator.onLine === true,
    onOnline(handler) {
      scope.addEventListener?.('online', handler);
      return () => scope.removeEventListener?.('online', handler);
    },
  };
}
