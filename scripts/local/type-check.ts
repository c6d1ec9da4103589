/** Checks types in the background of `make dev`, because esbuild removes types without checking them. */
import { join } from 'node:path';
import { run } from '#scripts/test/run.ts';
import { ROOT } from './paths.ts';

const TSC = join(ROOT, 'node_modules', '.bin', 'tsc');
const MAX_SHOWN_ERRORS = 10;

export interface TypeCheckOptions {
  /** The folder with `tsconfig.json`. */
  root: string;
  /** The file in which the compiler keeps results, so that the next check is faster. */
  cacheFile: string;
  /** Called with a sentence when there are errors, and once when they are gone. */
  report: (sentence: string) => void;
}

export interface TypeCheck {
  /** Checks the files as they are now. Calls during a check lead to one more check. Never rejects. */
  check: () => Promise<void>;
  stop: () => void;
}

export const typeCheck = ({ root, cacheFile, report }: TypeCheckOptions): TypeCheck => {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let isOutdated = false;
  let hadErrors = false;

  const checkOnce = async () => {
    const cache = ['--incremental', '--tsBuildInfoFile', cacheFile];
    const { code, output } = await run([TSC, '-p', root, '--pretty', 'false', ...cache], {
      cwd: root,
      hasLowPriority: true,
      signal: stopping.signal,
    });
    if (stopping.signal.aborted || isOutdated) return;
    if (code === 0 && hadErrors) report('the type errors are gone');
    if (code !== 0) report(errorsText(output));
    hadErrors = code !== 0;
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
