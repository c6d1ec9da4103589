/** Checks types in the background of `make dev`, because esbuild removes types without checking them. */
import { join } from 'node:path';
import { run } from '#scripts/test/run.ts';
import { ROOT } from './paths.ts';

const TSC = join(ROOT, 'node_modules', '.bin', 'tsc');
const MAX_SHOWN_ERRORS = 10;

export interface TypeCheckOptions {
  /** The folders with a `tsconfig.json`: one for Node, one for browsers. */
  folders: readonly string[];
  /** The folder in which the compiler keeps results, so that the next check is faster. */
  cacheDir: string;
  /** Called with a sentence when there are errors, and once when they are gone. */
  report: (sentence: string) => void;
}

export interface TypeCheck {
  /** Checks the files as they are now. Calls during a check lead to one more check. Never rejects. */
  check: () => Promise<void>;
  stop: () => void;
}

export const typeCheck = ({ folders, cacheDir, report }: TypeCheckOptions): TypeCheck => {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let isOutdated = false;
  let hadErrors = false;

  const compile = (folder: string, at: number) => {
    const cache = ['--incremental', '--tsBuildInfoFile', join(cacheDir, `types-${at}.tsbuildinfo`)];
    return run([TSC, '-p', folder, '--pretty', 'false', ...cache], {
      // Places of errors are relative to the first folder.
      cwd: folders[0] ?? ROOT,
      hasLowPriority: true,
      signal: stopping.signal,
    });
  };
  const checkOnce = async () => {
    const outputs: string[] = [];
    for (const [at, folder] of folders.entries()) {
      const { code, output } = await compile(folder, at);
      if (stopping.signal.aborted || isOutdated) return;
      if (code !== 0) outputs.push(output);
    }
    const hasErrors = outputs.length > 0;
    if (!hasErrors && hadErrors) report('the type errors are gone');
    if (hasErrors) report(errorsText(outputs.join('\n')));
    hadErrors = hasErrors;
  };
  const checkUntilUpToDate = async () => {
    do {
      isOutdated = false;
      await checkOnce();
    } while (isOutdated && !stopping.signal.aborted);
  };
  return {
    check: () => {
      isOutdated = running !== undefined;
      running ??= checkUntilUpToDate().finally(() => {
        running = undefined;
      });
      return running;
    },
    stop: () => stopping.abort(),
  };
};

const errorsText = (output: string): string => {
  const lines = output.trim().split('\n');
  const errors = lines.filter((line) => /: error TS\d+: /.test(line));
  if (errors.length === 0) return `the types could not be checked: ${lines.at(-1)}`;
  const shown = errors.slice(0, MAX_SHOWN_ERRORS).map((line) => `\n  ${line}`);
  const hiddenCount = errors.length - shown.length;
  const more = hiddenCount > 0 ? `\n  and ${hiddenCount} more` : '';
  return `the running code has type errors:${shown.join('')}${more}`;
};
