import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SCRIPTS = resolve(import.meta.dirname, '..', '..', 'scripts');

const run = (script: string, environment: Record<string, string>, args: readonly string[]) =>
  spawnSync(process.execPath, [resolve(SCRIPTS, script), ...args], {
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
    timeout: 80_000,
  });

describe.each<{
  script: string;
  variables: Record<string, string>;
  args?: string[];
  message: string;
}>([
  { script: 'user.ts', variables: {}, message: 'EMAIL must be an e-mail address' },
  {
    script: 'user.ts',
    variables: { EMAIL: 'ada', ROLE: 'admin' },
    message: 'EMAIL must be an e-mail address',
  },
  { script: 'user.ts', variables: { EMAIL: 'ada@example.org' }, message: 'ROLE must be a role' },
  {
    script: 'user.ts',
    variables: { EMAIL: 'ada@example.org', ROLE: 'root' },
    message: 'viewer, operator, admin, none',
  },
  {
    script: 'user.ts',
    variables: { EMAIL: 'ada@example.org', ROLE: 'admin', STAGE: 'qa' },
    message: 'STAGE must be a stage',
  },
  { script: 'secret.ts', variables: { STAGE: 'qa' }, message: 'STAGE must be a stage' },
  {
    script: 'secret.ts',
    variables: { NAME: 'golf/credentials', STAGE: 'dev' },
    message:
      'there is no value on standard input: make secret NAME=golf/credentials STAGE=dev < file',
  },
  { script: 'set.ts', variables: { STAGE: 'qa' }, message: 'STAGE must be a stage' },
  {
    script: 'set.ts',
    variables: { NAME: '\u001b[2J', STAGE: 'dev' },
    message: 'there is no value on standard input: make set NAME=\\u001b[2J STAGE=dev < file',
  },
  { script: 'token.ts', variables: { STAGE: 'qa' }, message: 'STAGE must be a stage' },
  { script: 'token.ts', variables: { STAGE: '\u001b[2J' }, message: 'STAGE must be a stage' },
  ...['send', 'fire', 'schedules', 'act', 'approvals', 'doctor'].map((name) => ({
    script: `${name}.ts`,
    variables: { STAGE: 'qa', TEXT: 'Hello', SCHEDULE: 'tea', ACTION: 'weather' },
    message: `STAGE must be a stage: make ${name}`,
  })),
  ...['approve', 'deny'].flatMap((verb) => [
    {
      script: 'send-decision.ts',
      args: [verb],
      variables: { STAGE: 'qa', ID: 'appr_1' },
      message: `STAGE must be a stage: make ${verb}`,
    },
    {
      script: 'send-decision.ts',
      args: [verb],
      variables: {},
      message: `ID is missing: make ${verb} ID=…`,
    },
  ]),
  ...[{ RATE: '51' }, { RATE: '20', SECONDS: '601' }].map((variables) => ({
    script: 'load.ts',
    variables,
    message: 'RATE must be at most 50, and SECONDS at most 600',
  })),
  ...['0', '-1', '2.5', 'many'].map((rate) => ({
    script: 'load.ts',
    variables: { RATE: rate },
    message: 'RATE must be a number from 1 on',
  })),
  {
    script: 'act.ts',
    variables: { STAGE: 'dev', INPUT: '{days:2}' },
    message: 'INPUT is not valid JSON: make act ACTION=',
  },
  {
    script: 'act.ts',
    variables: { STAGE: 'dev', DRY_RUN: 'true' },
    message: 'DRY_RUN must be 0 or 1: make act ACTION=',
  },
  {
    script: 'act.ts',
    variables: { STAGE: 'dev', NOTIFY: 'no' },
    message: 'NOTIFY must be 0 or 1: make act ACTION=',
  },
  {
    script: 'doctor.ts',
    variables: { STAGE: 'dev', AWS_REGION: 'here' },
    message: 'AWS_REGION must be a region, such as eu-central-1',
  },
  ...['releases.ts', 'deploy.ts', 'secret.ts'].map((script) => ({
    script,
    variables: { STAGE: 'dev', AWS_REGION: 'here' },
    message: 'AWS_REGION must be a region, such as eu-central-1',
  })),
  {
    script: 'build.ts',
    variables: {},
    args: ['\u001b[2J\nbuilt'],
    message: 'no function \\u001b[2J\\nbuilt: ',
  },
])('scripts/$script with $variables $args', ({ script, variables, args = [], message }) => {
  it(`prints "${message}" on one line, and nothing on the standard output`, () => {
    const { status, stdout, stderr } = run(script, variables, args);

    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
  });
});
