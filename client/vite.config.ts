import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { minifyTemplates } from './build/minify-templates.ts';
import { plainImports } from './build/plain-imports.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Entries whose file name applications write into their pages: no hash. */
const LIBRARIES = ['framegate-client', 'framegate-camera'];

/** On a busy machine every build would be told to be slow. */
const CHECKS = { pluginTimings: false };

const SHARED =
  /preload-helper|\/src\/protocol\/(framegate-error|checks)\.ts|\/client\/sdk\/(worker-channel|spawn-worker)\.ts|\/client\/locales\/(locales|sentences)\.ts/;

/**
 * The page and the two scripts to embed, of one build, so that they share what they have in common. Run by
 * client/build/build-client.ts, which compresses and packages what comes out.
 */
export default defineConfig({
  root: here('.'),
  // Scripts find what belongs to them by their own address: they may be embedded from anywhere.
  base: './',
  plugins: [minifyTemplates(), plainImports()],
  // Named, so that a build inside of a test is the same: elsewise NODE_ENV would choose Lit's development build. The first
  // leaves the script of ONNX Runtime's WebAssembly out of its bundle: its threads start from that script's own address.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'production'] },
  build: {
    outDir: here('../dist/client'),
    emptyOutDir: true,
    target: 'es2022',
    // Of what imports what, for size.ts.
    manifest: true,
    license: { fileName: 'licences.md' },
    // The policy allows no data: scripts, and WebAssembly is to be compiled while it arrives.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, dependencies, { hostType }) => (hostType === 'html' ? dependencies : []),
    },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      checks: CHECKS,
      input: {
        page: here('index.html'),
        admin: here('admin/index.html'),
        body: here('body/index.html'),
        'framegate-client': here('sdk/index.ts'),
        'framegate-camera': here('component/index.ts'),
      },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: ({ name }) => (LIBRARIES.includes(name) ? '[name].js' : 'assets/[name]-[hash].js'),
        chunkFileNames: ({ facadeModuleId }) => {
          const language = /\/locales\/(\w+)\/\w+\.ts$/.exec(facadeModuleId ?? '')?.[1];
          return `assets/[name]${language === undefined ? '' : `-${language}`}-[hash].js`;
        },
        // Small files that nearly all chunks need: one request, known from the first file on, in the place of five in a row.
        codeSplitting: { groups: [{ name: 'shared', test: SHARED }] },
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  worker: { format: 'es', rolldownOptions: { checks: CHECKS } },
});
