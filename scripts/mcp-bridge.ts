/**
 * Connects a client that starts a program to an MCP server: `node mcp-bridge.mjs https://…/mcp`. Messages are lines of
 * JSON on the standard input and the standard output; everything else goes to the standard error.
 */
import { once } from 'node:events';
import { systemClock } from '#lib/platform/clock.ts';
import { printError } from './command.ts';
import { runBridge } from './mcp/bridge.ts';
import { clientSession } from './mcp/client-session.ts';
import { forwardLine } from './mcp/forward-line.ts';
import { heldTokens } from './mcp/held-tokens.ts';
import { keptSignIn } from './mcp/kept-sign-in.ts';
import { mcpAuthorization } from './mcp/mcp-authorization.ts';
import { parentGone } from './mcp/parent-gone.ts';
import { serverAddress } from './mcp/server-address.ts';
import { printable } from './printable.ts';

const main = async () => {
  const address = serverAddress(process.argv[2]);
  const log = (sentence: string) => console.error(printable(sentence));
  const write = (text: string) => void process.stdout.write(`${text}\n`);
  const tokens = heldTokens({
    authorization: mcpAuthorization(address),
    kept: keptSignIn(address),
    log,
    now: Date.now,
  });
  const session = clientSession();
  const deps = { address, tokens, session, write, log, clock: systemClock };
  // A client that closes its end of the pipe has gone, too. Each write after that is another error.
  const closed = once(
    process.stdout.on('error', () => {}),
    'error',
  ).then(() => {});
  await runBridge({
    input: process.stdin,
    write,
    forward: (line) => forwardLine(line, deps),
    gone: Promise.race([parentGone(), closed]),
    clock: systemClock,
  });
};

try {
  await main();
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
// A sign-in that nobody waits for must not keep the process. The pipe is written first.
process.stdout.write('', () => process.exit());
