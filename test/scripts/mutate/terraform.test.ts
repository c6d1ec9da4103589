import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BoundedRun } from '#scripts/mutate/run-bounded.ts';
import { mutateTerraform } from '#scripts/mutate/terraform.ts';

const MODULE = 'terraform/modules/a';
const MAIN = `resource "aws_a" "this" {
  description = "keeps 9 days"
  # At most 8.
  days        = 14
  name        = "x"
  encrypted   = true
}
`;
const PASSED: BoundedRun = { code: 0, output: '', isAborted: false };
const FAILED: BoundedRun = { code: 1, output: 'Error: Test assertion failed', isAborted: false };

let folder: string;

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rez-agent-test-mutate-'));
  write(`${MODULE}/main.tf`, MAIN);
  write('terraform/modules/b/main.tf', 'locals {\n  other = 1\n}\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the values of module a; `results` answers each `terraform test` from the changed file. */
const mutate = async (results: (source: string) => BoundedRun) => {
  const commands: string[] = [];
  const { outcomes, red } = await mutateTerraform({
    ...{ folders: [folder], deadlineMs: Date.now() + 60_000, seed: 1 },
    ...{ count: Number.POSITIVE_INFINITY, valuesOf: MODULE, equivalent: [] },
    run: async (command) => {
      commands.push(command.join(' '));
      if (!command.includes('scripts/terraform.sh')) return PASSED;
      return results(readFileSync(join(folder, MODULE, 'main.tf'), 'utf8'));
    },
  });
  const found = outcomes
    .map(({ file, line, original, replacement, module, killedBy, isReached }) => ({
      ...{ place: `${file}:${line}`, change: `${original} → ${replacement}`, module },
      ...{ killedBy, isReached },
    }))
    .sort((a, b) => a.place.localeCompare(b.place));
  return { found, red, commands };
};

describe('mutateTerraform with the values of a folder', () => {
  it('changes each value once, reports the survivor, and restores the file', async () => {
    const { found, commands } = await mutate((source) =>
      source.includes('= 14') ? FAILED : PASSED,
    );

    const shared = { module: MODULE, isReached: true };
    expect(found).toEqual([
      { ...shared, place: `${MODULE}/main.tf:4`, change: '14 → 15', killedBy: undefined },
      {
        ...{ ...shared, place: `${MODULE}/main.tf:6`, change: 'true → false' },
        killedBy: 'terraform test of modules/a',
      },
    ]);
    expect(commands).toContain('scripts/terraform.sh test modules/a');
    expect(readFileSync(join(folder, MODULE, 'main.tf'), 'utf8')).toBe(MAIN);
  });

  it('runs the test file of the same name first, and the others only if that one passes', async () => {
    write(`${MODULE}/tests/main.tftest.hcl`, '');
    const first = 'env TEST_FILE=tests/main.tftest.hcl scripts/terraform.sh test modules/a';

    const { found, commands } = await mutate((source) =>
      source.includes('= 14') ? FAILED : PASSED,
    );

    const whole = commands.filter((command) => command === 'scripts/terraform.sh test modules/a');
    expect(commands.filter((command) => command === first)).toHaveLength(2);
    expect(whole).toHaveLength(1);
    expect(found.map(({ killedBy }) => killedBy)).toEqual([
      undefined,
      'tests/main.tftest.hcl of modules/a',
    ]);
  });

  it('counts a value that no test could run in time as a survivor', async () => {
    const { found } = await mutate(() => ({ code: -1, output: '', isAborted: true }));

    expect(found).toMatchObject([
      { killedBy: undefined, isReached: false },
      { killedBy: undefined, isReached: false },
    ]);
  });

  it('lowers a number that Terraform does not allow to rise', async () => {
    const { found } = await mutate((source) => {
      if (source.includes('= 13')) return FAILED;
      return source.includes('= 15') ? { ...FAILED, output: 'Error: too long' } : PASSED;
    });

    expect(found[0]).toMatchObject({ killedBy: 'terraform test of modules/a' });
  });

  it('does not count a file that Terraform rejects', async () => {
    const { found } = await mutate(() => ({ code: 1, output: 'Error', isAborted: false }));

    expect(found).toEqual([]);
  });
});
