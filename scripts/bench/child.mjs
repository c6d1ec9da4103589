/**
 * A function in its own process, which `process.ts` starts. It imports the bundle and reports that on descriptor 3. It
 * reads lists of events from standard input, one list per line, invokes the handler with each event, and reports the
 * time of each invocation after each list.
 */
import { writeSync } from 'node:fs';

const NEWLINE = 10;
const report = (what) => writeSync(3, `${JSON.stringify(what)}\n`);
const startedMs = performance.now();
const { handler } = await import(process.argv[2]);
report({ importMs: performance.now() - startedMs, modules: process.moduleLoadList });

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
  report({ wallMs, cpuUs });
};

/** The parent waits for the report of a line before it writes the next one, so a chunk never contains two lines. */
let given = [];
for await (const chunk of process.stdin) {
  given.push(chunk);
  if (chunk.at(-1) !== NEWLINE) continue;
  const line = Buffer.concat(given).toString();
  given = [];
  await invokeAll(JSON.parse(line));
}
process.exit(0);
