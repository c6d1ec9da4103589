import type { McpRequest, OauthDeps } from '#handlers/mcp/route.ts';
import { findClient, type OauthClient } from '#lib/identity/oauth/find-client.ts';
import { knownClients, type McpClient } from '#lib/identity/oauth/mcp-clients.ts';
import { type Seal, sealWith } from '#lib/identity/oauth/seal.ts';
import { AppError } from '#lib/platform/errors.ts';

/** What the operations of the sign-in get from the configuration. */
export interface OauthConfig {
  seal: Seal;
  clients: readonly McpClient[];
}

/** @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the parameter `oauth-key` is missing or malformed */
export const oauthConfigOf = (
  { oauthKey, mcpClients, log }: McpRequest,
  { publicUrl, clock }: OauthDeps,
): OauthConfig => {
  if (oauthKey === undefined) {
    throw new AppError(
      'unavailable',
      'CONFIG_UNAVAILABLE',
      'the parameter oauth-key is missing or could not be read',
    );
  }
  return {
    seal: sealWith({ keys: oauthKey, issuer: publicUrl, clock }),
    clients: knownClients(mcpClients, log),
  };
};

/** @throws AppError `unauthorized` / `INVALID_CLIENT` */
export const requireClient = async (
  id: string | null,
  { clients, seal }: OauthConfig,
): Promise<OauthClient> => {
  const client = id === null ? undefined : await findClient(id, clients, seal);
  if (client === undefined) {
    throw new AppError('unauthorized', 'INVALID_CLIENT', 'this client is not known');
  }
  return client;
};

/** The error of a request that is not well-formed. */
export const badOauthRequestError = (problem: string): AppError =>
  new AppError('invalid', 'INVALID_REQUEST', problem);

/** The address of the MCP server, for which tokens are issued. Source: RFC 8707. */
export const resourceAt = (publicUrl: string): string => `${publicUrl}/mcp`;
