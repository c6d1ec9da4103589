import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MutationJob, Result } from './job.ts';

/** A process that reports nothing for this long hangs. */
const SILENCE_LIMIT_MS = 180_000;
const POLL_MS = 1_000;

export type JobInput = Omit<MutationJob, 'results' | 'done'> & { done?: readonly number[] };

/** Runs a job in child processes. A process that hangs is killed, its mutant counts as killed, and another continues. */
export const runMutationJob = async (
  folder: string,
  name: string,
  input: JobInput,
): Promise<Result[]> => {
  const results = join(folder, `${name}.results`);
  writeFileSync(results, '');
  let files = input.files;
  while (files.length > 0 && Date.now() < input.deadlineMs) {
    const done = [...(input.done ?? []), ...killedIn(readResults(results)).keys()];
    const job: MutationJob = { ...input, files, results, done };
    const path = join(folder, `${name}.job.json`);
    writeFileSync(path, JSON.stringify(job));
    const before = readResults(results).length;
    const isFinished = await runVitest(folder, path, job);
    if (isFinished) break;
    const last = readResults(results).at(-1);
    if (readResults(results).length === before || last === undefined) break;
    if (last.type === 'start')
      append(results, { type: 'killed', mutant: last.mutant, by: 'hangs' });
    const current = fileOf(last);
    const at = files.findIndex((file) => file === current || job.loads[file]?.test === current);
    files = files.slice(Math.max(at, 0) + (last.type === 'start' ? 0 : 1));
  }
  return readResults(results);
};

const runVitest = (folder: string, jobPath: string, job: MutationJob): Promise<boolean> =>
  new Promise((resolve) => {
    const vitest = join(folder, 'node_modules/.bin/vitest');
    const config = join(folder, 'scripts/mutate/vitest.config.ts');
    const node = join(folder, 'node_modules/.bin/node');
    const child = spawn(node, [vitest, 'run', '--config', config, '--reporter=dot'], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, MUTATE_JOB: jobPath },
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr = `${stderr}${chunk}`.slice(-20_000);
    });
    let isEnded = false;
    const end = () => {
      if (child.pid === undefined || isEnded) return;
      isEnded = true;
      process.kill(-child.pid, 'SIGKILL');
    };
    const watch = setInterval(() => {
      const idleMs = Date.now() - statSync(job.results).mtimeMs;
      const overMs = Date.now() - job.deadlineMs;
      if ((idleMs > SILENCE_LIMIT_MS && overMs < 0) || overMs > 30_000) end();
    }, POLL_MS);
    // Before the scratch copy is removed.
    process.prependOnceListener('exit', end);
    child.on('close', () => {
      clearInterval(watch);
      process.off('exit', end);
      writeFileSync(`${jobPath}.stderr`, stderr);
      resolve(!isEnded || Date.now() > job.deadlineMs);
    });
  });

const append = (path: string, result: Result) =>
  appendFileSync(path, `${JSON.stringify(result)}\n`);

const readResults = (path: string): Result[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line) as Result)
    : [];

/** The killed mutants, without those that a later line reports as unclear. */
export const killedIn = (results: readonly Result[]): Map<number, string> => {
  const killed = new Map<number, string>();
  for (const result of results) {
    if (result.type === 'killed') killed.set(result.mutant, result.by);
    if (result.type === 'unclear') killed.delete(result.mutant);
  }
  return killed;
};

const fileOf = (result: Result): string =>
  'test' in result ? (result.test.split(' > ')[0] ?? '') : (result.by.split(' > ')[0] ?? '');
