import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { blocksOf } from '#test/support/pages.ts';
import { openScene, type Scene } from './support/scene.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Whether the programs of the runbooks are installed. */
const hasPrograms = spawnSync('bash', ['-c', 'command -v curl jq']).status === 0;

/** The commands that read something over the API and select from it, without those about one schedule. */
const READS = globSync('docs/runbooks/*.md', { cwd: ROOT })
  .sort()
  .flatMap((page) =>
    blocksOf(page, 'sh')
      .flatMap((block) =>
        block
          .replaceAll(/(\\|\|)\n +/g, '$1 ')
          .replaceAll('\\ ', '')
          .split('\n'),
      )
      .map((command) => command.trim())
      .filter((command) => /^curl -s "\$API.*\| *jq/.test(command))
      .filter((command) => !/ -d |\/msg_|\/sched_/.test(command))
      .map((command) => ({ page, command })),
  );

describe.runIf(hasPrograms)('the runbooks', () => {
  let scene: Scene;
  let authorization: string;

  beforeAll(async () => {
    scene = await openScene();
    authorization = (await scene.signedIn('viewer')).headers.Authorization;
    await scene.api('/api/messages', {
      message_type: 'manual',
      payload: { message: 'for a runbook' },
    });
  });
  afterAll(() => scene.close());

  it.each(READS)('$page: $command', ({ command }) => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-o', 'pipefail', '-c', `curl() { command curl --fail "$@"; }; ${command}`],
      {
        env: {
          ...process.env,
          API: `${inject('platform').apiUrl}/api`,
          AUTH: `Authorization: ${authorization}`,
        },
        encoding: 'utf8',
      },
    );

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
