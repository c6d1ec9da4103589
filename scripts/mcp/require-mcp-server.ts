import * as z from 'zod/mini';
import { messageOf } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';
import { boundedFetch, boundedText } from './bounded-fetch.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;

const ResourceMetadata = z.looseObject({ resource: z.string() });

/**
 * Asks the platform for the address of its MCP server.
 * @throws Error that says what to do when it has none at this address
 */
export const requireMcpServer = async (address: URL, whatToDo: string): Promise<void> => {
  const { origin, pathname, href } = address;
  const fetchFn = boundedFetch({ origin, timeoutMs: TIMEOUT_MS });
  const found = await fetchFn(`${origin}/.well-known/oauth-protected-resource${pathname}`)
    .then((response) => boundedText(response, MAX_ANSWER_BYTES))
    .then((text) => z.parse(ResourceMetadata, JSON.parse(text)).resource)
    .catch((cause: unknown) => {
      const reason = cause instanceof SyntaxError ? 'not an answer of it' : messageOf(cause);
      const sentence = line`no MCP server answers at ${href}: `;
      throw new Error(`${sentence}${whatToDo} (${line`${reason}`})`, { cause });
    });
  if (found === href) return;
  throw new Error(line`the MCP server at ${href} calls itself ${found}: ` + whatToDo);
};
