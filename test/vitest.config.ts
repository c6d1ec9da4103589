import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    setupFiles: ['test/support/set-environment.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    // Only hanging tests reach this. A slow, busy machine is no failure, so no test has a shorter timeout.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // For results of another process or of the kernel. The default of one second is too short there.
    expect: { poll: { timeout: 30_000 } },
    // By default one core is idle, which is half of a small machine.
    maxWorkers: '100%',
    coverage: {
      include: ['{lib,middleware,handlers}/**/*.ts'],
      // Code that needs a browser: tests in a real one cover it, and its coverage is not measured.
      exclude: ['handlers/web/app/{api,session,state}/**', 'handlers/web/app/**/use-*.ts'],
      thresholds: { lines: 92 },
    },
  },
});
