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
  given: Record<string, string>;
  args?: string[];
  says: string;
}>([
  { script: 'user.ts', given: {}, says: 'EMAIL must be an e-mail address' },
  {
    script: 'user.ts',
    given: { EMAIL: 'ada', ROLE: 'admin' },
    says: 'EMAIL must be an e-mail address',
  },
  { script: 'user.ts', given: { EMAIL: 'ada@example.org' }, says: 'ROLE must be a role' },
  {
    script: 'user.ts',
    given: { EMAIL: 'ada@example.org', ROLE: 'root' },
    says: 'viewer, operator, admin, none',
  },
  {
    script: 'user.ts',
    given: { EMAIL: 'ada@example.org', ROLE: 'admin', STAGE: 'qa' },
    says: 'STAGE must be a stage',
  },
  { script: 'token.ts', given: { STAGE: 'qa' }, says: 'STAGE must be a stage' },
  { script: 'token.ts', given: { STAGE: '\u001b[2J' }, says: 'STAGE must be a stage' },
  {
    script: 'build.ts',
    given: {},
    args: ['\u001b[2J\nbuilt'],
    says: 'no function \\u001b[2J\\nbuilt: ',
  },
])('scripts/$script with $given $args', ({ script, given, args = [], says }) => {
  it(`prints "${says}" on one line, and nothing that could be taken for a token`, () => {
    const { status, stdout, stderr } = run(script, given, args);

    expect(status).toBe(1);
    expect(stderr).toContain(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
  });
});
