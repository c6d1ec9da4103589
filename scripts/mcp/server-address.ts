import { line } from '#scripts/printable.ts';

const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The address of an MCP server. Tokens go there, so it is https, or http on this machine.
 * @throws Error that says how to call the bridge
 */
export const serverAddress = (text: string | undefined): URL => {
  const url = text === undefined ? null : URL.parse(text);
  if (url === null) throw new Error(USAGE);
  const isSafe =
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname));
  if (!isSafe) throw new Error(line`${url.origin} is not https, and not on this machine: ${USAGE}`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Error(`the address has more than a host and a path: ${USAGE}`);
  }
  return url;
};

const USAGE = 'node mcp-bridge.mjs https://…/mcp';
