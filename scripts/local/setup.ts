/** Installs the Python environment of the local AWS, with exactly the packages of requirements.txt. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { line } from '#scripts/printable.ts';
import { whileLocked } from '#scripts/setup/lock.mjs';
import { INSTALL_LOCK, LOCAL_DIR } from './paths.ts';
import { keepPrivate } from './private.ts';
import { type ProgressStep, stepsOn } from './progress.ts';
import { runToLog } from './run-to-log.ts';

export const VENV_DIR = join(LOCAL_DIR, 'venv');

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
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

/** Identifies the requirements. An environment with another stamp is installed again. */
export const requirementsStamp = (): string =>
  createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16);

/**
 * Installs the environment unless it is complete and up to date. One process installs, others wait.
 * @throws Error that names what is missing and how to install it
 */
export const ensureVenv = async (step: ProgressStep, signal?: AbortSignal): Promise<void> => {
  if (isReady()) return;
  const onWait = (pid: number) =>
    console.error(
      line`setup: waiting for another command that is installing packages (process ${pid})`,
    );
  await whileLocked(
    INSTALL_LOCK,
    async (lock) => {
      if (isReady()) return;
      const python = findPython();
      await step('installing the local AWS', async () => {
        rmSync(VENV_DIR, { recursive: true, force: true });
        const logFile = join(LOCAL_DIR, 'setup.log');
        const options = { logFile, timeoutMs: INSTALL_TIMEOUT_MS, signal, onStart: lock.add };
        await runToLog(python, ['-m', 'venv', VENV_DIR], options).catch(explainVenv);
        await runToLog(join(VENV_DIR, 'bin', 'python'), [...PIP_INSTALL, REQUIREMENTS], options);
        writeFileSync(STAMP_FILE, requirementsStamp());
      });
    },
    { onWait, signal },
  );
};

const STAMP_FILE = join(VENV_DIR, 'stamp');

const isReady = () =>
  existsSync(STAMP_FILE) && readFileSync(STAMP_FILE, 'utf8') === requirementsStamp();

/** Only wheels: a source package runs a script whose own dependencies have no hash here. */
const PIP_INSTALL = [
  ...['-m', 'pip', 'install', '--disable-pip-version-check'],
  ...['--only-binary=:all:', '--require-hashes', '-r'],
];

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

if (import.meta.main) {
  keepPrivate(LOCAL_DIR);
  await ensureVenv(stepsOn(process.stderr));
}
