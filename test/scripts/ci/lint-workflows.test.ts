import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionlintFindings, runZizmor } from '#scripts/ci/lint-workflows.ts';
import { CHECK_TOOLS } from '#scripts/ci/python-tools.ts';
import { ensurePythonEnvironment } from '#scripts/setup/python-environment.ts';
import { fileText } from '#test/support/pages.ts';

/** Where `make check` did not run yet. */
const INSTALL_TIMEOUT_MS = 120_000;

let folder: string;
beforeAll(async () => {
  await ensurePythonEnvironment(CHECK_TOOLS, (_label, work) => work());
  folder = mkdtempSync(join(tmpdir(), 'rez-agent-workflows-'));
  mkdirSync(join(folder, '.github', 'workflows'), { recursive: true });
}, INSTALL_TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHECK = fileText('.github/workflows/check.yml');
const zizmorOn = (text: string) => {
  writeFileSync(join(folder, '.github', 'workflows', 'check.yml'), text);
  return runZizmor(folder);
};

describe('the check of workflows', () => {
  it('names file, row and column of what actionlint finds', async () => {
    const text = CHECK.replace('runs-on: ubuntu-24.04', 'runs-on: ubuntu-1');

    expect(await actionlintFindings('check.yml', CHECK)).toEqual([]);
    expect(await actionlintFindings('check.yml', text)).toEqual([
      expect.stringMatching(/^check\.yml:\d+:\d+: label "ubuntu-1" is unknown/),
    ]);
  });

  it.each([
    ['pull_request_target', CHECK.replace('  pull_request:', '  pull_request_target:')],
    ['a tag instead of a commit', CHECK.replace(/checkout@\w{40}/, 'checkout@v7')],
    ['a token in the checkout', CHECK.replaceAll('persist-credentials: false', 'clean: true')],
    ['rights to write', CHECK.replace('contents: read', 'contents: write')],
    ['a title in a command', CHECK.replace('run: .ci/run', `run: echo $\{{ github.head_ref }}`)],
  ])('fails because of %s', async (_, text) => {
    expect(text).not.toBe(CHECK);
    expect((await zizmorOn(text)).code).toBeGreaterThan(0);
  });

  it('passes the workflow without such a change', async () => {
    expect(await zizmorOn(CHECK)).toMatchObject({ code: 0 });
  });
});
