/**
 * Follows each recipe of docs/guides/extending.md in a copy of this tree: writes its files, runs its commands, and counts the
 * files that are different afterwards, except those that scripts/schemas.ts writes. Words on the command line select recipes
 * by their title.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { command } from './command.ts';
import { line, printableLines } from './printable.ts';
import { applyDiff } from './recipes/apply-diff.ts';
import { parseRecipes, type Recipe } from './recipes/parse-recipes.ts';
import { run } from './test/run.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = 'docs/guides/extending.md';

/** Files that a command writes and nobody edits. */
const GENERATED: readonly string[] = [
  'docs/api/openapi.yaml',
  'docs/architecture/quick-reference.md',
];

/** The most files that a person may have to touch for a change, with its tests and documents. */
const LIMITS: Readonly<Record<string, number>> = {
  'A new job': 3,
  'A new action': 3,
  'A new operation of the API': 4,
  'A new table': 8,
  'A new queue consumer': 13,
};

const COMMAND_TIMEOUT_MS = 600_000;
/** The end of the output of a command that failed. Characters. */
const MAX_OUTPUT = 10_000;

const main = async () => {
  const recipes = parseRecipes(readFileSync(join(ROOT, PAGE), 'utf8'));
  const missing = Object.keys(LIMITS).filter(
    (title) => !recipes.some((one) => one.title === title),
  );
  if (missing.length > 0) throw new Error(line`${PAGE} has no recipe "${missing.join('", "')}"`);
  const words = process.argv.slice(2).join(' ').toLowerCase();
  const copy = mkdtempSync(join(tmpdir(), 'rez-agent-recipes-'));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      remove();
      process.exit(1);
    });
  }
  try {
    copyTree(copy);
    for (const recipe of recipes.filter(({ title }) => title.toLowerCase().includes(words))) {
      const startedMs = Date.now();
      const problem = await follow(recipe, copy);
      const seconds = Math.round((Date.now() - startedMs) / 1_000);
      const files = line`${recipe.files} files of at most ${LIMITS[recipe.title] ?? recipe.files}`;
      console.log(
        line`${problem === undefined ? 'ok    ' : 'failed'}  ${recipe.title}: ${files}, ${seconds} s`,
      );
      if (problem === undefined) continue;
      console.error(printableLines(problem));
      process.exitCode = 1;
    }
  } finally {
    remove();
  }
};

/** Makes the folder a repository with the files of this tree, changed ones included, and with what is installed here. */
const copyTree = (copy: string): void => {
  const listed = git(ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  for (const file of listed.split('\0').filter((name) => name && existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, file), join(copy, file));
  }
  execFileSync('cp', ['-RPl', join(ROOT, 'node_modules'), copy]);
  const installed = join(ROOT, '.local', 'venv');
  mkdirSync(join(copy, '.local'), { mode: 0o700 });
  if (existsSync(installed)) symlinkSync(installed, join(copy, '.local', 'venv'));
  git(copy, 'init', '--quiet');
  git(copy, 'add', '--all');
  const author = ['-c', 'user.name=recipes', '-c', 'user.email=recipes@localhost'];
  git(copy, ...author, 'commit', '--quiet', '--no-verify', '--message', 'copy');
};

/** Follows a recipe in an unchanged copy. @returns the problem, if there is one */
const follow = async (
  { title, steps, files }: Recipe,
  copy: string,
): Promise<string | undefined> => {
  git(copy, 'reset', '--quiet', '--hard');
  git(copy, 'clean', '--quiet', '--force', '-d');
  try {
    for (const step of steps) {
      if (step.kind === 'command') await runIn(copy, step.command);
      else write(join(copy, step.file), step);
    }
  } catch (error) {
    return String(error);
  }
  const touched = git(copy, 'status', '--porcelain', '--untracked-files=all')
    .split('\n')
    .filter((entry) => entry !== '' && !GENERATED.includes(entry.slice(3)));
  const limit = LIMITS[title] ?? files;
  if (touched.length === files && files <= limit) return undefined;
  const counts = line`${touched.length} files are touched; the recipe says ${files}, the limit is ${limit}`;
  return [counts, ...touched].join('\n');
};

const write = (path: string, { kind, text }: { kind: 'create' | 'change'; text: string }): void => {
  if (kind === 'change') {
    writeFileSync(path, applyDiff(readFileSync(path, 'utf8'), text));
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: 'wx' });
};

const runIn = async (cwd: string, text: string): Promise<void> => {
  const signal = AbortSignal.timeout(COMMAND_TIMEOUT_MS);
  const { code, output } = await run(['bash', '-c', text], { cwd, signal, env: { NO_COLOR: '1' } });
  if (code !== 0) throw new Error(`${text} failed:\n${output.slice(-MAX_OUTPUT)}`);
};

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });

await command(main);
