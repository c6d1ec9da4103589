import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { followRuntimeErrors } from '#scripts/local/runtime-errors.ts';
import { waitUntil } from '#scripts/local/wait-until.ts';

it('reports only the functions that could not run since the start', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'rez-agent-errors-'));
  const logFile = join(dir, 'ministack.log');
  writeFileSync(logFile, '2026-01-01 12:00:00 ERROR [lambda] old\n');
  const sentences: string[] = [];

  const following = followRuntimeErrors(logFile, (sentence) => sentences.push(sentence));
  appendFileSync(logFile, '2026-01-01 12:00:01 INFO [sqs] fine\n2026-01-01 12:00:02 ERROR [la');
  appendFileSync(logFile, 'mbda] variable X is missing\n');
  await waitUntil(() => sentences.length > 0, { timeoutMs: 30_000, what: 'an error' });
  await following.stop();
  rmSync(dir, { recursive: true });

  expect(sentences).toEqual(['variable X is missing']);
});
