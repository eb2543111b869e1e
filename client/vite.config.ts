import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Entries whose file name applications write into their pages: no hash. */
const LIBRARIES = ['framegate-client', 'framegate-camera'];

export default defineConfig({
  root: here('.'),
  base: './',
  build: {
    outDir: here('../dist/client'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: {
        page: here('index.html'),
        'framegate-client': here('sdk/index.ts'),
        'framegate-camera': here('component/index.ts'),
      },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: ({ name }) => (LIBRARIES.includes(name) ? '[name].js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  worker: { format: 'es' },
});
