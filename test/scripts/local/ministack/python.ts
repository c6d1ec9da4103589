import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '#scripts/local/paths.ts';
import { VENV_DIR } from '#scripts/local/setup.ts';

/** Runs a program of this folder with the Python of the local AWS. Its input and its output are JSON. */
export const python = <Answer>(program: string, input: unknown): Answer => {
  const modules = join(ROOT, 'scripts/local/ministack');
  const output = execFileSync(
    join(VENV_DIR, 'bin', 'python'),
    ['-B', join(import.meta.dirname, program), modules],
    { input: JSON.stringify(input), encoding: 'utf8', stdio: 'pipe', timeout: 120_000 },
  );
  return JSON.parse(output) as Answer;
};
