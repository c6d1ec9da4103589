import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALL_LOCK, LOCAL_DIR } from '#scripts/local/paths.ts';
import type { ProgressStep } from '#scripts/local/progress.ts';
import { runToLog } from '#scripts/local/run-to-log.ts';
import { line } from '#scripts/printable.ts';
import { whileLocked } from '#scripts/setup/lock.mjs';

/** A virtual environment with exactly the packages of a file. */
export interface PythonEnvironment {
  /** What it is for, such as `the local AWS`. */
  title: string;
  dir: string;
  /** Absolute path of the file with packages and hashes. */
  requirements: string;
}

const OLDEST: [major: number, minor: number] = [3, 10];
const CANDIDATES = [
  'python3',
  'python',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
];
const INSTALL_TIMEOUT_MS = 600_000;

/** Only wheels: a source package runs a script whose own dependencies have no hash here. */
const PIP_INSTALL = [
  ...['-m', 'pip', 'install', '--disable-pip-version-check'],
  ...['--only-binary=:all:', '--require-hashes', '-r'],
];

/**
 * Installs the environment unless it is complete and up to date. One process installs, others wait.
 * @throws Error that names what is missing and how to install it
 */
export const ensurePythonEnvironment = async (
  environment: PythonEnvironment,
  step: ProgressStep,
  signal?: AbortSignal,
): Promise<void> => {
  if (isReady(environment)) return;
  const { title, dir, requirements } = environment;
  const onWait = (pid: number) =>
    console.error(
      line`setup: waiting for another command that is installing packages (process ${pid})`,
    );
  await whileLocked(
    INSTALL_LOCK,
    async (lock) => {
      if (isReady(environment)) return;
      const python = findPython();
      await step(`installing ${title}`, async () => {
        rmSync(dir, { recursive: true, force: true });
        const logFile = join(LOCAL_DIR, 'setup.log');
        const options = { logFile, timeoutMs: INSTALL_TIMEOUT_MS, signal, onStart: lock.add };
        await runToLog(python, ['-m', 'venv', dir], options).catch(explainVenv);
        await runToLog(join(dir, 'bin', 'python'), [...PIP_INSTALL, requirements], options);
        writeFileSync(join(dir, STAMP), stampOf(requirements));
      });
    },
    { onWait, signal },
  );
};

/** The file in an environment that identifies its requirements. With another content, it is installed again. */
const STAMP = 'stamp';

const stampOf = (requirements: string) =>
  createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);

const isReady = ({ dir, requirements }: PythonEnvironment) => {
  const file = join(dir, STAMP);
  return existsSync(file) && readFileSync(file, 'utf8') === stampOf(requirements);
};

const findPython = (): string => {
  const found = CANDIDATES.find((command) => isRecent(versionOf(command)));
  if (found === undefined) {
    throw new Error(
      `Python ≥ ${OLDEST.join('.')} is missing. Debian: apt install python3 python3-venv. macOS: brew install python`,
    );
  }
  return found;
};

const versionOf = (command: string): string => {
  try {
    return execFileSync(command, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return '';
  }
};

/** Whether the output of `python --version` names a version that the local AWS supports. */
export const isRecent = (version: string): boolean => {
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
};

const explainVenv = (error: Error) => {
  throw new Error(
    'the venv module of Python is missing or broken. Debian: apt install python3-venv',
    {
      cause: error,
    },
  );
};
