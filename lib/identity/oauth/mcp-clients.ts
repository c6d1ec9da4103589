import * as z from 'zod/mini';
import { jsonOf } from '#lib/identity/sign-in/tokens.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { VisibleText } from '#lib/platform/text.ts';
import { ClientRedirect } from './client-redirects.ts';

/** The longest name that a page shows. Characters. */
export const MAX_NAME_CHARS = 80;
const MAX_CLIENTS = 50;

const McpClient = z.strictObject({
  client_id: z.string().check(z.regex(/^[\x21-\x7e]{1,512}$/, 'must have 1 to 512 visible signs')),
  name: VisibleText.check(z.maxLength(MAX_NAME_CHARS)),
  redirect_uris: z.array(ClientRedirect).check(z.minLength(1), z.maxLength(10)),
});

export type McpClient = z.output<typeof McpClient>;

/** The parameter `mcp-clients`: the clients that an operator adds, or whose pinned entry an operator replaces. */
export const McpClients = z.array(McpClient).check(
  z.maxLength(MAX_CLIENTS),
  z.refine(
    (clients) => new Set(clients.map(({ client_id }) => client_id)).size === clients.length,
    'names a client twice',
  ),
);

/**
 * The clients that are known without a registration. Their ids are the addresses of metadata documents, which are never
 * fetched. Source: the public documentation of the clients, 2026-11.
 */
const PINNED: readonly McpClient[] = [
  {
    client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    name: 'Claude',
    redirect_uris: [
      'https://claude.ai/api/mcp/auth_callback',
      'https://claude.com/api/mcp/auth_callback',
    ],
  },
  {
    client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
    name: 'Claude Code',
    redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
  },
  {
    client_id: 'https://chatgpt.com/oauth/client.json',
    name: 'ChatGPT',
    redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
  },
];

/** The malformed parameter that the log has already. It changes at most every five minutes. */
let reported: string | undefined;

/** Every client that is known without a registration. A malformed parameter adds none, and is logged once. */
export const knownClients = (
  parameter: string | undefined,
  log: Pick<Logger, 'error'>,
): readonly McpClient[] => {
  if (parameter === undefined) return PINNED;
  const parsed = z.safeParse(McpClients, jsonOf(parameter));
  if (!parsed.success) {
    if (reported !== parameter) {
      reported = parameter;
      const problems = parsed.error.issues
        .slice(0, 10)
        .map(({ path, message }) => ({ path: path.join('.'), problem: message }));
      log.error({ problems }, 'parameter mcp-clients is malformed');
    }
    return PINNED;
  }
  const own = new Set(parsed.data.map(({ client_id }) => client_id));
  return [...PINNED.filter(({ client_id }) => !own.has(client_id)), ...parsed.data];
};
