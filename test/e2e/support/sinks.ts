import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tables } from '#test/support/terraform.ts';
import { logLines } from './eventually.ts';
import { STACK_DIR } from './record.ts';
import type { Scene } from './scene.ts';

/** Everything that the platform stored, logged and sent to people since then, by where it is. */
export const sinksSince = async (
  { clients, ntfy, rows }: Scene,
  sinceMs: number,
): Promise<Map<string, string>> => {
  const sinks = new Map<string, string>();
  for (const { name } of tables()) {
    sinks.set(`table ${name}`, JSON.stringify(await rows.all(name)));
  }
  const lines = await logLines(clients, sinceMs);
  sinks.set('logs', lines.map(({ text }) => text).join('\n'));
  // The output of functions that could not start is there alone.
  sinks.set('output', readFileSync(join(STACK_DIR, 'ministack.log'), 'utf8'));
  sinks.set('pushes', JSON.stringify(ntfy.received));
  return sinks;
};
