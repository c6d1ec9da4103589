/** Checks types in the background of `make dev`: esbuild removes them without looking at them. */
import { join } from 'node:path';
import { ROOT } from '#scripts/local/places.ts';
import { run } from '#scripts/test/run.ts';

const TSC = join(ROOT, 'node_modules', '.bin', 'tsc');
/** Of a long list only the beginning is shown. Lines. */
const MAX_ERRORS = 10;

export interface TypeCheckOptions {
  /** The folder with `tsconfig.json`. */
  root: string;
  /** Where the compiler keeps what it knows, so that it need not read everything each time. */
  cacheFile: string;
  say: (sentence: string) => void;
}

export interface TypeCheck {
  /** Check what is saved now. While one check runs, further calls lead to one more check. Never rejects. */
  check: () => Promise<void>;
  stop: () => void;
}

/** Says what does not fit, and when everything fits again. */
export const typeCheck = ({ root, cacheFile, say }: TypeCheckOptions): TypeCheck => {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let isOutdated = false;
  let hadErrors = false;

  const once = async () => {
    const cache = ['--incremental', '--tsBuildInfoFile', cacheFile];
    const { code, output } = await run([TSC, '-p', root, '--pretty', 'false', ...cache], {
      cwd: root,
      givesWay: true,
      signal: stopping.signal,
    });
    if (stopping.signal.aborted || isOutdated) return;
    if (code === 0 && hadErrors) say('types fit again');
    if (code !== 0) say(problemsIn(output));
    hadErrors = code !== 0;
  };
  const untilUpToDate = async () => {
    do {
      isOutdated = false;
      await once();
    } while (isOutdated && !stopping.signal.aborted);
  };
  return {
    check: () => {
      isOutdated = running !== undefined;
      running ??= untilUpToDate().finally(() => {
        running = undefined;
      });
      return running;
    },
    stop: () => stopping.abort(),
  };
};

const problemsIn = (output: string): string => {
  const lines = output.trim().split('\n');
  const errors = lines.filter((line) => /: error TS\d+: /.test(line));
  if (errors.length === 0) return `types could not be checked: ${lines.at(-1)}`;
  const shown = errors.slice(0, MAX_ERRORS).map((line) => `\n  ${line}`);
  const more = errors.length > MAX_ERRORS ? `\n  and ${errors.length - MAX_ERRORS} more` : '';
  return `the code that runs has type errors:${shown.join('')}${more}`;
};
