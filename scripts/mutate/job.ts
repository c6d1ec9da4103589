/** What one vitest process has to do, and what it reports. */
export interface MutationJob {
  /** The test files and stand-in files, in the order to run them. Absolute paths. */
  files: readonly string[];
  /** The file of results. */
  results: string;
  deadlineMs: number;
  /** The most time of the processor that one mutant may take. Milliseconds. */
  maxMsPerMutant: number;
  /** After so many tests that did not notice it, a mutant has survived. The nearest tests come first. */
  maxTestsPerMutant: number;
  /** By test file: the mutants of the files that it imports. */
  reaches: Readonly<Record<string, readonly number[]>>;
  /** Mutants that need no run: killed by an earlier job. */
  done: readonly number[];
  /** By the path of a stand-in file: the test file that it loads, and the mutant that is active from the start. */
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
