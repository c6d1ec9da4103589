import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    setupFiles: ['test/support/set-environment.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    // Bound what hangs; a slow machine with every core busy is no failure, so no test has a shorter one of its own.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // For what another process or the kernel does; one second of its own is not enough there.
    expect: { poll: { timeout: 30_000 } },
    // By default one core stands idle, which is half of a small machine.
    maxWorkers: '100%',
    coverage: {
      include: ['lib/**', 'middleware/**', 'handlers/**'],
      thresholds: { lines: 92 },
    },
  },
});
