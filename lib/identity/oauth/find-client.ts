import { createHash } from 'node:crypto';
import { isRegistrable } from './client-redirects.ts';
import type { McpClient } from './mcp-clients.ts';
import type { Seal } from './seal.ts';

/** A client whose redirects are known. */
export interface OauthClient extends McpClient {
  /** Whether the client chose its name itself, at its registration. */
  isRegistered: boolean;
}

/**
 * The client of an id: a known one, or one that is described by its sealed id. A registration is never changed, so an address
 * that has left the list since then is left out here; a client without any other is unknown.
 */
export const findClient = async (
  id: string,
  known: readonly McpClient[],
  { open }: Pick<Seal, 'open'>,
): Promise<OauthClient | undefined> => {
  const found = known.find(({ client_id }) => client_id === id);
  if (found !== undefined) return { ...found, isRegistered: false };
  const registered = await open('client', id);
  if (registered === undefined) return undefined;
  const listed = known.flatMap(({ redirect_uris }) => redirect_uris);
  const redirect_uris = registered.redirect_uris.filter((uri) => isRegistrable(uri, listed));
  if (redirect_uris.length === 0) return undefined;
  return { client_id: id, name: registered.name, redirect_uris, isRegistered: true };
};

/** Stands for a client or a cookie in a sealed value, which would be too long with the value itself. */
export const digestText = (text: string): string =>
  createHash('sha256').update(text).digest('base64url');
