import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/local/paths.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rez-agent-make-'));
  const script = `
    import { variables } from ${JSON.stringify(join(ROOT, 'scripts/variables.ts'))};
    process.stdout.write(JSON.stringify(variables()));
  `;
  writeFileSync(join(folder, 'show.mjs'), script);
  writeFileSync(join(folder, 'show.mk'), `show:\n\tnode ${join(folder, 'show.mjs')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Without the variables of an outer make. */
const CLEAN = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^M(AKE|FLAGS)/.test(name)),
);

const make = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync('make', args, {
    ...{ cwd: ROOT, encoding: 'utf8', timeout: 120_000 },
    env: { ...CLEAN, ...env },
  });

/** The variables that a script sees when a target of the Makefile runs it. */
const seen = (...[args, env]: Parameters<typeof make>): Record<string, string> => {
  const { stdout, stderr } = make(
    ['-f', 'Makefile', '-f', join(folder, 'show.mk'), 'show', ...args],
    env,
  );
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
};

const NAMES =
  'TEXT TITLE PRIORITY SCHEDULE EXPR ZONE COUNT EMAIL ROLE STAGE ACTION INPUT ID REASON'.split(' ');

describe('make', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: make and shells write variables like this.
  it.each([
    ['a price', 'costs $12.50'],
    ['doubled dollars', '$$ and $$$'],
    ['a dollar at the end', 'US$'],
    ['a function of make', '$(shell touch PWNED)'],
    ['an error of make', '$(error gone)${info gone}'],
    ['a variable', '$(HOME) ${HOME} $@ $<'],
    ['a command substitution', '`touch PWNED` $(touch PWNED)'],
    ['quotes', `it's "quoted" \`here\``],
    ['backslashes', 'C:\\new\\\\table\\'],
    ['lines', 'one\ntwo\r\n\nthree\n'],
    ['a comment', '# not a comment \\#'],
    ['blanks around it', '  \t two  '],
    ['a line break before it', '\nlate'],
    ['per cent signs', '100% of %s'],
    ['a smiling face', '😀 naïve – ½'],
    ['an assignment', 'a=b := c += d'],
    ['options', '-n --version'],
    ['what a shell reads', '; touch PWNED & | > < * ? [a] {b} ~ !'],
    ['parentheses that do not close', '$(( $( ${ )'],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
  ])(
    'passes %s on to a script byte for byte, from its command line and from the environment',
    (_what, text) => {
      const file = join(folder, 'PWNED');
      const value = text.replaceAll('PWNED', file);
      const all = (text: string) => Object.fromEntries(NAMES.map((name) => [name, text]));
      // Other systems do not show the command line of make.
      const kept = process.platform === 'linux' ? value : value.trimStart();

      expect(seen(NAMES.map((name) => `${name}=${value}`))).toMatchObject(all(kept));
      expect(seen([], all(value))).toMatchObject(all(value));
      expect(existsSync(file)).toBe(false);
    },
  );

  it('prefers values of its command line to the environment', () => {
    expect(seen(['TEXT=  $1'], { TEXT: '$2' })).toMatchObject({ TEXT: '  $1' });
  });

  it('does not set a variable that was not given', () => {
    expect(Object.keys(seen([]))).not.toContain('EXPR');
  });

  it('does not run commands or functions in a value', () => {
    const file = join(folder, 'RUN');
    const text = `$(shell touch ${file})`;

    for (const name of ['STAGE', 'STATE_BUCKET']) {
      const { status, stderr } = make(['plan', '-n', `${name}=${text}`], { STAGE: text });
      expect(stderr).toContain('STAGE is missing or unknown');
      expect(status).toBe(2);
    }
    expect(existsSync(file)).toBe(false);
  });

  it('preview prints an expression as it was typed', () => {
    const { stderr } = make(['preview', 'EXPR=cron($$ 9 * * ? *)', 'ZONE=$(HOME)']);

    expect(stderr).toContain('EXPR.minute: "$$" is not 0 to 59');
    expect(stderr).toContain('ZONE: ');
  });
});
