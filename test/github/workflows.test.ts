import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { ROOT } from '#scripts/local/paths.ts';
import { fileText } from '#test/support/pages.ts';

const Step = z.object({
  name: z.optional(z.string()),
  run: z.optional(z.string()),
  uses: z.optional(z.string()),
  with: z.optional(z.record(z.string(), z.unknown())),
});
const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const Workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: Permissions,
  concurrency: z.object({ group: z.string() }),
  jobs: z.record(
    z.string(),
    z.object({
      'timeout-minutes': z.int(),
      environment: z.optional(z.string()),
      needs: z.optional(z.string()),
      permissions: z.optional(Permissions),
      steps: z.array(Step),
    }),
  ),
});

const FILES = globSync('.github/workflows/*', { cwd: ROOT }).sort();
const workflowOf = (file: string) => z.parse(Workflow, parse(fileText(file)));
const named = (name: string) => workflowOf(`.github/workflows/${name}.yml`);
const jobsOf = (file: string) => Object.entries(workflowOf(file).jobs);
const stepsOf = (file: string) => jobsOf(file).flatMap(([, { steps }]) => steps);

/** Actions whose commits were compared with the tags of their repositories. */
const ACTIONS = [
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0',
  'aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3',
  'hashicorp/setup-terraform@dfe3c3f87815947d99a8997f908cb6525fc44e9e # v4.0.1',
];

it('the workflows are check, deploy and drift', () => {
  expect(FILES).toEqual(
    ['check', 'deploy', 'drift'].map((name) => `.github/workflows/${name}.yml`),
  );
});

describe.each(FILES)('%s', (file) => {
  it('uses only known actions, by commit, with the version beside it', () => {
    const used = [...fileText(file).matchAll(/uses: *(.*)$/gm)].map(([, action = '']) => action);

    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !ACTIONS.includes(action))).toEqual([]);
  });

  it('leaves no token in the checkout', () => {
    const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'));

    expect(checkouts.length).toBe(jobsOf(file).length);
    for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false);
  });

  it('puts no text of others into a command', () => {
    const commands = stepsOf(file).map(({ run = '' }) => run);

    expect(commands.filter((text) => text.includes('${'.concat('{')))).toEqual([]);
  });

  it('calls only targets and scripts that exist', () => {
    const commands = stepsOf(file)
      .map(({ run = '' }) => run)
      .join('\n');
    const targets = [...fileText('Makefile').matchAll(/^([a-z]+):/gm)].map(([, name]) => name);

    const called = [...commands.matchAll(/\bmake (?:-s )?([a-z]+)/g)].map(([, name]) => name);
    const scripts = [...commands.matchAll(/(?:scripts|\.ci)\/[\w./-]+/g)].map(([path]) => path);

    expect(called.filter((name) => !targets.includes(name))).toEqual([]);
    expect(scripts.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const programs = scripts.filter((path) => !path.endsWith('.ts'));
    for (const path of programs) expect(statSync(join(ROOT, path)).mode & 0o111).not.toBe(0);
  });

  it('ends every job after at most 90 minutes', () => {
    for (const [, job] of jobsOf(file)) expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
  });

  it('is not started by text or code of others with more rights', () => {
    expect(Object.keys(workflowOf(file).on)).toEqual(
      {
        '.github/workflows/check.yml': ['pull_request'],
        '.github/workflows/deploy.yml': ['push'],
        '.github/workflows/drift.yml': ['schedule', 'workflow_dispatch'],
      }[file],
    );
  });
});

describe('the permissions', () => {
  it('of check allow to read the repository, in every job', () => {
    const { permissions, jobs, concurrency } = named('check');

    expect(permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeUndefined();
      expect(job.environment).toBeUndefined();
    }
    expect(concurrency.group).toContain('github.ref');
    expect(fileText('.github/workflows/check.yml')).not.toMatch(/secrets\.|vars\./);
  });

  it('of deploy allow a role only to the jobs that deploy, in the environment of their stage', () => {
    const { permissions, jobs } = named('deploy');
    const deploys = { contents: 'read', 'id-token': 'write' };

    expect(permissions).toEqual({});
    expect(
      Object.entries(jobs).map(([name, job]) => [name, job.environment, job.permissions]),
    ).toEqual([
      ['test', undefined, { contents: 'read' }],
      ['dev', 'dev', deploys],
      ['stage', 'stage', deploys],
      ['prod', 'prod', deploys],
      ['notes', undefined, { contents: 'write' }],
    ]);
  });

  it('of drift allow a role and an issue', () => {
    const { permissions, jobs } = named('drift');

    expect(permissions).toEqual({});
    expect(Object.values(jobs).map((job) => job.permissions)).toEqual([
      { contents: 'read', 'id-token': 'write', issues: 'write' },
    ]);
  });
});

it('prod is deployed after stage, and both after the tests', () => {
  const { jobs } = named('deploy');

  expect([jobs.dev, jobs.stage, jobs.prod, jobs.notes].map((job) => job?.needs)).toEqual([
    'test',
    'test',
    'stage',
    'prod',
  ]);
});

it('every update of dependencies belongs to a group', () => {
  const { updates } = parse(fileText('.github/dependabot.yml')) as {
    updates: { 'package-ecosystem': string; groups: object }[];
  };

  expect(updates.map((one) => one['package-ecosystem'])).toEqual([
    'npm',
    'github-actions',
    'pip',
    'terraform',
    'devcontainers',
  ]);
  for (const { groups } of updates) expect(Object.keys(groups).length).toBeGreaterThan(0);
});
