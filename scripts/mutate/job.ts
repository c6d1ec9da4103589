/** The task of one vitest process. */
export interface MutationJob {
  /** The test files and generated test files, in the order to run them. Absolute paths. */
  files: readonly string[];
  /** The file of results. */
  results: string;
  deadlineMs: number;
  /** The maximum CPU time of one mutant. Milliseconds. */
  maxMsPerMutant: number;
  /** A mutant that this many tests did not detect has survived. The nearest tests come first. */
  maxTestsPerMutant: number;
  /** By test file: the mutants of the files that it imports. */
  reaches: Readonly<Record<string, readonly number[]>>;
  /** Mutants that an earlier job killed. They do not run again. */
  done: readonly number[];
  /** By the path of a generated test file: the test file that it loads, and the mutant that is active from the start. */
  loads: Readonly<Record<string, { test: string; mutant: number }>>;
  /** Names of tests that fail without a mutant. */
  unreliable: readonly string[];
}

export type Result =
  | { type: 'loaded'; test: string; mutants: number[] }
  | { type: 'covered'; test: string; mutants: number[]; isSlow: boolean }
  | { type: 'red'; test: string; failure: string }
  /** The test passes only once per process. */
  | { type: 'once'; test: string; mutants: number[] }
  | { type: 'start'; mutant: number; test: string }
  | { type: 'killed'; mutant: number; by: string }
  | { type: 'unclear'; mutant: number; test: string };
