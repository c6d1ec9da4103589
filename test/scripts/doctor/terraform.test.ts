import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { satisfies } from '#scripts/doctor/version-constraint.ts';
import { healthyStage } from './healthy-stage.ts';

const stage = healthyStage();
const file = (...path: string[]) => join(stage.roots, ...path);
const LOCK = '.terraform.lock.hcl';
const LOCKED = '5.100.0';

const terraform = (version: () => Promise<string>) =>
  stage.lines('Terraform', { terraform: { version, roots: stage.roots } });

const editAll = (name: string, edit: (text: string) => string) => {
  for (const root of ['local', 'dev', 'stage', 'prod']) {
    const path = file(root, name);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
  }
};

describe('the line Terraform', () => {
  it.each(['1.11.0', '1.11.4', '2.0.0'])('is ok for version %s', async (version) => {
    const lines = await terraform(async () => JSON.stringify({ terraform_version: version }));

    expect(lines).toEqual([
      { state: 'ok', name: 'Terraform', text: `${version}; required: >= 1.11` },
    ]);
  });

  it('is failed for an older version than the root requires', async () => {
    const lines = await terraform(async () => '{"terraform_version":"1.9.8"}');

    expect(lines).toEqual([
      {
        state: 'failed',
        name: 'Terraform',
        text: '1.9.8; required: >= 1.11',
        fix: expect.stringContaining('https://developer.hashicorp.com/terraform/install'),
      },
    ]);
  });

  it('is ok when Terraform also prints a warning', async () => {
    const output =
      '{"terraform_version":"1.11.4"}\nWarning: Unable to open CLI configuration file\n';

    expect(await terraform(async () => output)).toMatchObject([{ state: 'ok' }]);
  });

  it.each([
    ['does not run', () => Promise.reject(new Error('spawn terraform ENOENT')), 'spawn terraform'],
    ['prints something else', async () => '{}', 'terraform did not print its version'],
  ])('is failed when Terraform %s', async (_, version, text) => {
    expect(await terraform(version)).toMatchObject([
      { state: 'failed', text: expect.stringContaining(text) },
    ]);
  });
});

describe('the line of a provider', () => {
  it('is ok when the locked version is one that the root allows', async () => {
    expect(await stage.lines('provider aws')).toEqual([
      { state: 'ok', name: 'provider aws', text: `${LOCKED} is locked; required: >= 5.100, < 7.0` },
    ]);
  });

  it.each(['5.99.1', '7.0.0'])('is failed when %s is locked', async (version) => {
    editAll(LOCK, (text) => text.replace(`"${LOCKED}"`, `"${version}"`));

    expect(await stage.lines('provider aws')).toMatchObject([
      {
        state: 'failed',
        text: `${version} is locked; required: >= 5.100, < 7.0`,
        fix: 'git checkout -- terraform/envs/dev',
      },
    ]);
  });

  it('is failed when the lock file does not contain it', async () => {
    editAll(LOCK, (text) => text.replace('hashicorp/aws"', 'hashicorp/other"'));

    expect(await stage.lines('provider aws')).toMatchObject([
      { state: 'failed', text: expect.stringContaining('no version is locked') },
    ]);
  });

  it.each([
    [LOCKED, 'ok'],
    ['5.99.0', 'failed'],
  ])('with version %s installed is %s', async (version, state) => {
    const folder = '.terraform/providers/registry.terraform.io/hashicorp/aws';
    mkdirSync(file('dev', folder, version), { recursive: true });

    expect(await stage.lines('provider aws')).toMatchObject([{ state }]);
  });

  it('names the command that installs the locked version', async () => {
    const folder = '.terraform/providers/registry.terraform.io/hashicorp/aws';
    mkdirSync(file('dev', folder, '5.99.0'), { recursive: true });

    expect(await stage.lines('provider aws')).toMatchObject([
      {
        text: `5.99.0 is installed, and ${LOCKED} is locked`,
        fix: 'scripts/terraform.sh dev init',
      },
    ]);
  });

  it('is failed when the roots have different lock files', async () => {
    appendFileSync(file('prod', LOCK), '# edited\n');

    expect(await stage.lines('providers')).toMatchObject([
      { state: 'failed', text: 'the lock file of dev differs from that of another root' },
    ]);
  });

  it('is that of the root local for the local platform', async () => {
    const folder = '.terraform/providers/registry.terraform.io/hashicorp/aws';
    mkdirSync(file('local', folder, '5.99.0'), { recursive: true });

    expect(await stage.lines('provider aws', { target: stage.localTarget() })).toMatchObject([
      { state: 'failed', fix: 'scripts/terraform.sh local init' },
    ]);
    expect(await stage.lines('provider aws')).toMatchObject([{ state: 'ok' }]);
  });

  it('is failed when there is no lock file', async () => {
    rmSync(file('dev', LOCK));

    expect(await stage.lines('providers')).toMatchObject([
      { state: 'failed', text: expect.stringContaining('not checked') },
    ]);
  });
});

describe('a constraint of Terraform', () => {
  it.each([
    ['1.2.3', '1.2.3', true],
    ['1.2.3', '= 1.2.3', true],
    ['1.2.3', '= 1.2', false],
    ['1.10.0', '> 1.9.9', true],
    ['1.9.9', '> 1.9.9', false],
    ['1.9.9', '<= 1.9.9', true],
    ['1.10.0', '<= 1.9.9', false],
    ['7.0.0', '>= 5.100, < 7.0', false],
    ['6.99.0', '>= 5.100, < 7.0', true],
    ['5.99.9', '>= 5.100, < 7.0', false],
  ])('%s meets %s: %s', (version, constraint, expected) => {
    expect(satisfies(version, constraint)).toBe(expected);
  });

  it.each([
    ['1.2.3', '~> 1.2', 'the constraint ~> 1.2 cannot be checked'],
    ['1.2.3-beta1', '>= 1.2', '1.2.3-beta1 is not a released version'],
  ])('%s against %s is refused', (version, constraint, message) => {
    expect(() => satisfies(version, constraint)).toThrow(message);
  });
});
