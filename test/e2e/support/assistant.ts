import { createHash, randomBytes } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, inject } from 'vitest';
import type { Role } from '#lib/identity/roles.ts';
import { type LocalClients, STAGE } from '#scripts/local/clients.ts';
import { poolClientId, poolOf } from '#scripts/users/pool.ts';
import { signInAtLocal } from '#scripts/users/sign-in.ts';
import { visitForm } from '#scripts/users/visit.ts';
import { aPerson, claimsOf } from './people.ts';

/** What a tool answered. */
export interface ToolResult {
  isError: boolean;
  /** The text for the model. */
  text: string;
  /** The data as text, which a failure has, too. */
  data: Record<string, unknown>;
}

const REVISION = '2026-07-28';

/** A token of the pool's client for MCP, without the consent page. */
export const mcpToken = async (
  clients: Pick<LocalClients, 'cognito'>,
  role: Role | 'none',
): Promise<string> => {
  const { endpoint, apiUrl } = inject('platform');
  const { email, password } = await aPerson(clients, role);
  const { id } = await poolOf(clients.cognito, STAGE);
  const clientId = await poolClientId(clients.cognito, { id, stage: STAGE, client: 'mcp' });
  const pool = signInAtLocal(endpoint, clientId ?? expect.fail('there is no client for MCP'));
  const codeVerifier = randomBytes(48).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const redirectUri = `${apiUrl}/oauth/callback`;
  const landed = await visitForm(
    email,
    password,
  )(pool.pageUrl({ redirectUri, state: 'state', codeChallenge }));
  const code = landed.searchParams.get('code') ?? expect.fail('the pool returned no code');
  return (await pool.exchange({ code, redirectUri, codeVerifier })).access_token;
};

/** An assistant of a person with that role: the official client, with a token. */
export const openAssistant = async (clients: Pick<LocalClients, 'cognito'>, role: Role) => {
  const token = await mcpToken(clients, role);
  const headers = { Authorization: `Bearer ${token}` };
  const client = new Client(
    { name: 'e2e', version: '1' },
    { versionNegotiation: { mode: { pin: REVISION } } },
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${inject('platform').apiUrl}/mcp`), {
      requestInit: { headers },
    }),
  );
  return {
    /** As in `requested_by`. */
    name: `mcp:${claimsOf(token).username}`,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name: string, given: object = {}): Promise<ToolResult> => {
      const { content, isError = false } = await client.callTool(
        { name, arguments: { ...given } },
        { timeout: 40_000 },
      );
      const [text, data] = (content as { text: string }[]).map((part) => part.text);
      return { isError, text: text ?? '', data: JSON.parse(data ?? '{}') };
    },
    close: () => client.close(),
  };
};

export type Assistant = Awaited<ReturnType<typeof openAssistant>>;
