import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/e2e/**/*.test.ts'],
    // They read the record of these tests, and run after them with their own configuration.
    exclude: ['test/e2e/permissions/**'],
    // One platform for all files, one file at a time: a test that disturbs ntfy must not affect others.
    globalSetup: ['test/e2e/support/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests use the schemas of messages, which need the platform's address.
    env: { LOG_LEVEL: 'error', PUBLIC_URL: 'http://localhost:7070' },
  },
});
