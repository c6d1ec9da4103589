/**
 * A function in a process of its own, as `process.ts` starts it: loads the bundle, says so on descriptor 3, waits for
 * events on standard input, invokes the handler with one after the other, and says how long each took.
 */
import { writeSync } from 'node:fs';

const tell = (what) => writeSync(3, `${JSON.stringify(what)}\n`);
const startedMs = performance.now();
const { handler } = await import(process.argv[2]);
tell({ importMs: performance.now() - startedMs, modules: process.moduleLoadList });

const given = [];
for await (const chunk of process.stdin) given.push(chunk);
const events = JSON.parse(Buffer.concat(given).toString());
const context = () => ({
  awsRequestId: 'bench',
  functionName: 'bench',
  getRemainingTimeInMillis: () => 60_000,
});
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
process.exit(0);
