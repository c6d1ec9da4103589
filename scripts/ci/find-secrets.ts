/**
 * Looks for secrets in the files that Git tracks, or would track: `node scripts/ci/find-secrets.ts [--accept]`. Texts
 * that only look like secrets are in known-texts.json, as digests. `--accept` writes this file again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { command } from '#scripts/command.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { line } from '#scripts/printable.ts';
import { run } from '#scripts/test/run.ts';
import { CHECK_TOOLS, toolPath } from './python-tools.ts';

const KNOWN_FILE = join(import.meta.dirname, 'known-texts.json');
const TIMEOUT_MS = 180_000;
/** Files that contain digests, or that are not text. */
const EXCLUDED = [
  String.raw`(^|/)package-lock\.json$`,
  String.raw`\.terraform\.lock\.hcl$`,
  String.raw`requirements\.txt$`,
  String.raw`\.png$`,
  String.raw`^scripts/ci/known-texts\.json$`,
];

const Scan = z.object({
  results: z.record(
    z.string(),
    z.array(z.object({ type: z.string(), hashed_secret: z.string(), line_number: z.number() })),
  ),
});

/** File → digests of texts in it that only look like secrets, with blanks between them. */
const Known = z.record(z.string(), z.string());
type Known = z.output<typeof Known>;

export interface FoundSecret {
  file: string;
  row: number;
  /** Such as `AWS Access Key`. */
  type: string;
  /** SHA-1 of the text, hexadecimal. */
  digest: string;
}

/** What looks like a secret in the files of a folder. @throws Error when the scan failed */
export const scanForSecrets = async (folder: string): Promise<FoundSecret[]> => {
  const listed = await run(['git', 'ls-files', '-co', '--exclude-standard'], { cwd: folder });
  if (listed.code !== 0) throw new Error(line`Git did not list the files: ${listed.output}`);
  const files = listed.output
    .split('\n')
    .filter((file) => file !== '' && !EXCLUDED.some((one) => new RegExp(one).test(file)));
  const { code, output } = await run(
    [toolPath(CHECK_TOOLS, 'detect-secrets'), 'scan', '--no-verify', ...files],
    { cwd: folder, signal: AbortSignal.timeout(TIMEOUT_MS) },
  );
  if (code !== 0) throw new Error(line`detect-secrets failed: ${output}`);
  const { results } = z.parse(Scan, JSON.parse(output.slice(output.indexOf('{'))));
  return Object.entries(results).flatMap(([file, found]) =>
    found.map((one) => ({
      ...{ file, row: one.line_number, type: one.type, digest: one.hashed_secret },
    })),
  );
};

/** The findings that are not known. */
export const newSecrets = (found: readonly FoundSecret[], known: Known): FoundSecret[] =>
  found.filter(({ file, digest }) => !known[file]?.split(' ').includes(digest));

const main = async () => {
  const found = await scanForSecrets(ROOT);
  if (process.argv.includes('--accept')) {
    const byFile = Map.groupBy(found, ({ file }) => file);
    const known = [...byFile].map(
      ([file, of]) =>
        [file, [...new Set(of.map(({ digest }) => digest))].sort().join(' ')] as const,
    );
    writeFileSync(KNOWN_FILE, `${JSON.stringify(Object.fromEntries(known.sort()), null, 2)}\n`);
    return;
  }
  const known = z.parse(Known, JSON.parse(readFileSync(KNOWN_FILE, 'utf8')));
  const unknown = newSecrets(found, known);
  for (const { file, row, type } of unknown) console.log(line`${file}:${row}: ${type}`);
  if (unknown.length > 0) {
    throw new Error(
      'remove each secret and revoke it; if a text is none: node scripts/ci/find-secrets.ts --accept',
    );
  }
};

if (import.meta.main) await command(main);
