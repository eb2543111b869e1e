import type { Plugin } from 'vite';

const HELPER = '\0vite/preload-helper.js';

/**
 * Lets `import()` be what it is. Vite's helper preloads what a later chunk imports and its styles; here that is loaded by
 * then or tiny, and there are no styles, so that its kilobyte in every script to embed buys nothing.
 */
export function plainImports(): Plugin {
  return {
    name: 'framegate:plain-imports',
    apply: 'build',
    enforce: 'pre',
    load: (id) => (id === HELPER ? 'export const __vitePreload = (load) => load();' : null),
  };
}
