/** Compares the packages with those of another commit: `make sizes BASE=main` prints a table as Markdown. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildFunction, functionNames } from '#scripts/build.ts';
import { command } from '#scripts/command.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { variables } from '#scripts/variables.ts';
import { type PackageSizes, sizeTable } from './package-sizes.ts';

const BUILD_TIMEOUT_MS = 300_000;

const main = async () => {
  const { BASE = '' } = variables();
  if (BASE === '') throw new Error('BASE is missing: make sizes BASE=main');
  const folder = mkdtempSync(join(tmpdir(), 'rez-agent-sizes-'));
  const base = join(folder, 'base');
  try {
    execFileSync(
      'git',
      ['worktree', 'add', '--quiet', '--detach', base, '--end-of-options', BASE],
      {
        ...{ cwd: ROOT, stdio: ['ignore', 2, 2] },
      },
    );
    const built = await Promise.all(
      functionNames().map((name) => buildFunction(name, { outDir: join(folder, 'after') })),
    );
    const after = Object.fromEntries(built.map(({ name, bytes }) => [name, bytes]));
    console.log('## Sizes\n');
    console.log(sizeTable(buildBase(base), after));
  } finally {
    execFileSync('git', ['worktree', 'remove', '--force', base], { cwd: ROOT, stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The base is built by its own scripts with its own packages. */
const buildBase = (base: string): PackageSizes => {
  execFileSync('make', ['-s', 'build'], {
    ...{ cwd: base, stdio: ['ignore', 2, 2], timeout: BUILD_TIMEOUT_MS },
  });
  return Object.fromEntries(
    functionNames(base).map((name) => {
      const zip = join(base, 'dist', `${name}.zip`);
      return [basename(zip, '.zip'), statSync(zip).size];
    }),
  );
};

await command(main);
