import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most suites keep both cores busy with inference or real servers of their own.
    maxWorkers: 2,
  },
});
