/** Runs the files of a job after each other in one process, so that modules are loaded and compiled once. */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { currentJob } from './read-job.ts';

class JobOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = new Map(currentJob.files.map((file, index) => [file, index]));
    const placeOf = ({ moduleId }: TestSpecification) => place.get(moduleId) ?? 0;
    return files.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    setupFiles: ['test/support/set-environment.ts'],
    include: [...currentJob.files],
    runner: 'scripts/mutate/runner.ts',
    pool: 'forks',
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    sequence: { sequencer: JobOrder },
    passWithNoTests: true,
    silent: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 5_000 } },
  },
});
