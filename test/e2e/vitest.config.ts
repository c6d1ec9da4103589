import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/e2e/**/*.test.ts'],
    // What these left behind is judged after them, by a runner of its own.
    exclude: ['test/e2e/permissions/**'],
    // One platform for all, one file at a time: what breaks ntfy must not meet another's pushes.
    globalSetup: ['test/e2e/support/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests read the schemas of messages, which need the platform's address.
    env: { LOG_LEVEL: 'error', PUBLIC_URL: 'http://localhost:7070' },
  },
});
