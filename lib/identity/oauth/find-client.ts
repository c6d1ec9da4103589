import { createHash } from 'node:crypto';
import type { McpClient } from './mcp-clients.ts';
import type { Seal } from './seal.ts';

/** A client whose redirects are known. */
export interface OauthClient extends McpClient {
  /** Whether the client chose its name itself, at its registration. */
  isRegistered: boolean;
}

/** The client of an id: a known one, or one that is described by its sealed id. */
export const findClient = async (
  id: string,
  known: readonly McpClient[],
  { open }: Pick<Seal, 'open'>,
): Promise<OauthClient | undefined> => {
  const found = known.find(({ client_id }) => client_id === id);
  if (found !== undefined) return { ...found, isRegistered: false };
  const registered = await open('client', id);
  return registered && { client_id: id, ...registered, isRegistered: true };
};

/** Stands for a client or a cookie in a sealed value, which would be too long with the value itself. */
export const digestText = (text: string): string =>
  createHash('sha256').update(text).digest('base64url');
