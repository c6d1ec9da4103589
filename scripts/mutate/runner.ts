/**
 * Runs each test once without a mutant, then once for each mutant whose code it ran. vitest loads it in the worker.
 * The results go to a file, one JSON object per line, so that they survive a worker that hangs.
 */
import { appendFileSync } from 'node:fs';
import { type RunnerTestCase, TestRunner, vi } from 'vitest';
import type { Result } from './job.ts';
import { currentJob } from './read-job.ts';

const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

const NONE = 0;
const HANGS = 'the test hangs';
/** A test that takes longer is not run with mutants. CPU milliseconds. */
const MAX_TEST_MS = 1_000;
/** The shortest time after which a test with a mutant counts as hanging. Milliseconds. */
const MIN_LIMIT_MS = 5_000;
const TURN_MS = 50;
/** How often an active mutant may be evaluated before it counts as an endless loop. */
const MIN_EVALUATIONS = 20_000;

const state = {
  active: NONE,
  evaluationsLeft: Number.POSITIVE_INFINITY,
  hits: new Map<number, number>(),
};
Object.assign(globalThis, {
  $mutant: (id: number): boolean => {
    if (state.active === NONE) state.hits.set(id, (state.hits.get(id) ?? 0) + 1);
    if (id !== state.active) return false;
    state.evaluationsLeft -= 1;
    if (state.evaluationsLeft < 0) throw new Error('the mutant loops');
    return true;
  },
});

const killed = new Set<number>(currentJob.done);
const spentMs = new Map<number, number>();
const testsOf = new Map<number, number>();
const loaded = new Set<number>();
const report = (result: Result) =>
  appendFileSync(currentJob.results, `${JSON.stringify(result)}\n`);
const isDecided = (mutant: number) =>
  killed.has(mutant) ||
  (spentMs.get(mutant) ?? 0) >= currentJob.maxMsPerMutant ||
  (testsOf.get(mutant) ?? 0) >= currentJob.maxTestsPerMutant;
const isOver = () => Date.now() > currentJob.deadlineMs;

/** The state of one test. */
interface Trial {
  step: 'first' | 'repeat' | 'mutant' | 'control';
  waiting: number[];
  hits: ReadonlyMap<number, number>;
  limitMs: number;
  cpuMs: number;
  failure: string | undefined;
  /** Whether the last mutant reached the time limit. */
  isHanging: boolean;
  /** How often the active mutant may be evaluated. */
  evaluations: number;
  startCpu: NodeJS.CpuUsage;
  startMs: number;
}

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default class MutantRunner extends TestRunner {
  #trials = new WeakMap<RunnerTestCase, Trial>();
  /** The mutant that the file was loaded with, or none. */
  #loadedWith = NONE;
  #target = '';

  override async importFile(filepath: string, source: 'setup' | 'collect'): Promise<unknown> {
    if (source === 'setup') return super.importFile(filepath, source);
    vi.resetModules();
    // Each load of a file needs its own path: vitest runs a file once. `<number>-<mutant>.test.ts` loads another file.
    const load = currentJob.loads[filepath];
    this.#loadedWith = load?.mutant ?? NONE;
    this.#target = load?.test ?? filepath;
    if (isDecided(this.#loadedWith) || isOver()) return undefined;
    if (load === undefined && currentJob.reaches[filepath]?.every(isDecided)) return undefined;
    state.hits = new Map();
    state.evaluationsLeft = MIN_EVALUATIONS * 10;
    state.active = this.#loadedWith;
    if (this.#loadedWith !== NONE)
      report({ type: 'start', mutant: this.#loadedWith, test: this.#target });
    try {
      return await super.importFile(this.#target, source);
    } catch (error) {
      if (this.#loadedWith === NONE) throw error;
      this.#kill(this.#loadedWith, 'the file does not load');
      return undefined;
    } finally {
      state.active = NONE;
      if (this.#loadedWith === NONE) {
        for (const id of state.hits.keys()) loaded.add(id);
        report({ type: 'loaded', test: this.#target, mutants: [...state.hits.keys()] });
      }
    }
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    if (isOver() || isDecided(this.#loadedWith)) test.mode = 'skip';
    // Ended by `onAfterRetryTask` after the last mutant.
    if (this.#loadedWith === NONE) test.repeats = Number.MAX_SAFE_INTEGER;
    await super.onBeforeRunTask(test);
  }

  override onBeforeTryTask(
    test: RunnerTestCase,
    options: { retry: number; repeats: number },
  ): void {
    super.onBeforeTryTask(test, options);
    let trial = this.#trials.get(test);
    if (trial === undefined) {
      trial = {
        ...{ step: this.#loadedWith === NONE ? 'first' : 'mutant', waiting: [], hits: new Map() },
        ...{ limitMs: 60_000, cpuMs: 0, failure: undefined, isHanging: false, evaluations: 0 },
        ...{ startCpu: process.cpuUsage(), startMs: Date.now() },
      };
      this.#trials.set(test, trial);
    }
    trial.failure = undefined;
    trial.startCpu = process.cpuUsage();
    trial.startMs = Date.now();
    state.active = this.#loadedWith;
    state.evaluationsLeft = MIN_EVALUATIONS * 10;
    if (trial.step === 'first') state.hits = new Map();
    const [mutant] = trial.waiting;
    if (trial.step === 'mutant' && mutant !== undefined) {
      state.active = mutant;
      trial.evaluations = MIN_EVALUATIONS + 10 * (trial.hits.get(mutant) ?? 0);
      state.evaluationsLeft = trial.evaluations;
      report({ type: 'start', mutant, test: nameOf(test) });
    }
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const trial = this.#trials.get(test);
    const work = TestRunner.getTestFn(test);
    if (trial === undefined || work === undefined) throw new Error('the test has no function');
    const limit = startLimit(trial.limitMs);
    try {
      const running = Promise.resolve(work());
      if (trial.step === 'first') await running;
      else await Promise.race([running, limit.reached]);
    } catch (error) {
      trial.failure = error instanceof Error ? error.message : String(error);
    } finally {
      limit.stop();
    }
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: never): Promise<void> {
    await super.onAfterRetryTask(test, options);
    const trial = this.#trials.get(test);
    const { result } = test;
    if (trial === undefined || result === undefined) return;
    state.active = NONE;
    const failure = trial.failure ?? (result.state === 'fail' ? textOf(result.errors) : undefined);
    const { user, system } = process.cpuUsage(trial.startCpu);
    const cpuMs = (user + system) / 1_000;
    // The next execution starts clean. `pending` ends the repetitions.
    result.state = 'pass';
    delete result.errors;
    result.attempts = [];
    Object.assign(result, { pending: !this.#advance(test, trial, failure, cpuMs) });
  }

  /** Evaluates one execution of a test. False if the test is done. */
  #advance(
    test: RunnerTestCase,
    trial: Trial,
    failure: string | undefined,
    cpuMs: number,
  ): boolean {
    if (this.#loadedWith !== NONE) {
      spentMs.set(this.#loadedWith, (spentMs.get(this.#loadedWith) ?? 0) + cpuMs);
      if (failure !== undefined && !currentJob.unreliable.includes(nameOf(test, this.#target))) {
        this.#kill(this.#loadedWith, `${nameOf(test, this.#target)}: ${failure}`);
      }
      return false;
    }
    const [mutant] = trial.waiting;
    switch (trial.step) {
      case 'first': {
        if (failure !== undefined) {
          report({ type: 'red', test: nameOf(test), failure });
          return false;
        }
        trial.hits = state.hits;
        trial.waiting = [...trial.hits.keys()].filter((id) => !isDecided(id));
        trial.cpuMs = cpuMs;
        trial.limitMs = Math.max(MIN_LIMIT_MS, 20 * (Date.now() - trial.startMs));
        const isSlow = cpuMs > MAX_TEST_MS;
        report({ type: 'covered', test: nameOf(test), mutants: trial.waiting, isSlow });
        if (isSlow || trial.waiting.length === 0) return false;
        trial.step = 'repeat';
        return true;
      }
      case 'repeat':
        if (failure !== undefined) {
          report({ type: 'once', test: nameOf(test), mutants: trial.waiting });
          return false;
        }
        trial.step = 'mutant';
        return true;
      case 'mutant':
        if (mutant === undefined) return false;
        spentMs.set(mutant, (spentMs.get(mutant) ?? 0) + cpuMs);
        testsOf.set(mutant, (testsOf.get(mutant) ?? 0) + 1);
        if (failure === undefined && state.evaluationsLeft === trial.evaluations) {
          // The code runs once per process, for example while a module loads that the test imports.
          report({ type: 'once', test: nameOf(test), mutants: [mutant] });
        }
        if (failure !== undefined) {
          trial.isHanging = failure === HANGS;
          trial.step = 'control';
          this.#kill(mutant, `${nameOf(test)}: ${failure}`);
          return true;
        }
        trial.waiting.shift();
        return trial.waiting.length > 0 && !isOver();
      case 'control':
        // If the test also fails without a mutant, the previous mutant broke it.
        if (failure !== undefined) {
          if (mutant !== undefined && !trial.isHanging) {
            killed.delete(mutant);
            report({ type: 'unclear', mutant, test: nameOf(test) });
          }
          report({ type: 'once', test: nameOf(test), mutants: trial.waiting });
          return false;
        }
        trial.step = 'mutant';
        trial.waiting.shift();
        return trial.waiting.length > 0 && !isOver();
    }
  }

  #kill(mutant: number, by: string): void {
    killed.add(mutant);
    report({ type: 'killed', mutant, by: by.split('\n')[0] ?? '' });
  }
}

/**
 * Rejects after a number of turns of the event loop instead of a time, because a process that waits for the CPU does not
 * hang.
 */
const startLimit = (ms: number): { reached: Promise<never>; stop: () => void } => {
  let timer: NodeJS.Timeout | undefined;
  const reached = new Promise<never>((_, reject) => {
    let turnsLeft = Math.ceil(ms / TURN_MS);
    const wait = () => {
      turnsLeft -= 1;
      if (turnsLeft < 0) reject(new Error(HANGS));
      else timer = startTimer(wait, TURN_MS);
    };
    wait();
  });
  reached.catch(() => undefined);
  return { reached, stop: () => stopTimer(timer) };
};

const nameOf = (test: RunnerTestCase, file = test.file.filepath): string => {
  const names: string[] = [];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
  return `${file} > ${[...names, test.name].join(' > ')}`;
};

const textOf = (errors: readonly { message?: string }[] | undefined) =>
  errors?.[0]?.message ?? 'failed';
