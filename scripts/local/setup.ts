/** Installs the Python environment of the local AWS, with exactly the packages of requirements.txt. */
import { join } from 'node:path';
import {
  ensurePythonEnvironment,
  type PythonEnvironment,
} from '#scripts/setup/python-environment.ts';
import { LOCAL_DIR } from './paths.ts';
import { keepPrivate } from './private.ts';
import { type ProgressStep, stepsOn } from './progress.ts';

export const VENV_DIR = join(LOCAL_DIR, 'venv');

const LOCAL_AWS: PythonEnvironment = {
  title: 'the local AWS',
  dir: VENV_DIR,
  requirements: join(import.meta.dirname, 'requirements.txt'),
};

/** @throws Error that names what is missing and how to install it */
export const ensureVenv = (step: ProgressStep, signal?: AbortSignal): Promise<void> =>
  ensurePythonEnvironment(LOCAL_AWS, step, signal);

if (import.meta.main) {
  keepPrivate(LOCAL_DIR);
  await ensureVenv(stepsOn(process.stderr));
}
