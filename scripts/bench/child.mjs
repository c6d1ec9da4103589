/**
 * A function in a process of its own, as `process.ts` starts it: loads the bundle, says so on descriptor 3, waits for
 * lists of events, one per line of standard input, invokes the handler with one after the other, and says after each
 * list how long each took.
 */
import { writeSync } from 'node:fs';

const NEWLINE = 10;
const tell = (what) => writeSync(3, `${JSON.stringify(what)}\n`);
const startedMs = performance.now();
const { handler } = await import(process.argv[2]);
tell({ importMs: performance.now() - startedMs, modules: process.moduleLoadList });

const context = () => ({
  awsRequestId: 'bench',
  functionName: 'bench',
  getRemainingTimeInMillis: () => 60_000,
});

const invokeAll = async (events) => {
  const wallMs = [];
  const cpuUs = [];
  for (const event of events) {
    const cpu = process.cpuUsage();
    const beganMs = performance.now();
    await handler(event, context());
    wallMs.push(performance.now() - beganMs);
    const { user, system } = process.cpuUsage(cpu);
    cpuUs.push(user + system);
  }
  tell({ wallMs, cpuUs });
};

/** Whoever writes waits for the answer to a line before the next one: a chunk never holds two. */
let given = [];
for await (const chunk of process.stdin) {
  given.push(chunk);
  if (chunk.at(-1) !== NEWLINE) continue;
  const line = Buffer.concat(given).toString();
  given = [];
  await invokeAll(JSON.parse(line));
}
process.exit(0);
