import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { descendants, signal } from '#scripts/local/process-tree.ts';
import { ending } from '#scripts/local/run-to-log.ts';
import { waitUntil } from '#scripts/local/wait-until.ts';

describe('descendants', () => {
  it('finds children of children and no other process', async () => {
    const shell = spawn('sh', ['-c', 'sh -c "sleep 60; true" & wait'], { detached: true });
    const other = spawn('sleep', ['60']);

    const found = await waitUntil(
      () => {
        const pids = descendants(shell.pid ?? 0);
        return pids.length === 2 && pids;
      },
      { timeoutMs: 30_000, what: 'two descendants' },
    );
    const ended = ending(shell);
    signal(-(shell.pid ?? 0), 'SIGKILL');
    other.kill('SIGKILL');

    expect(found).not.toContain(other.pid);
    expect(await ended).toBe('signal SIGKILL');
  });
});
