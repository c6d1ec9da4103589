import { defineConfig } from 'vitest/config';

/** Reads the record of the end-to-end tests, and therefore runs after them. */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../../..`,
    include: ['test/e2e/permissions/**/*.test.ts'],
  },
});
