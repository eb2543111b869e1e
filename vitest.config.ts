import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most suites keep both cores busy with inference or real servers of their own.
    maxWorkers: 2,
    // Two browsers and their servers on two cores are late now and then; what is broken fails twice. A retry is reported.
    retry: process.env.CI ? 1 : 0,
  },
});
