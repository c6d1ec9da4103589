import type { RpcMessage } from './rpc-message.ts';

const REVISION_FIELD = 'io.modelcontextprotocol/protocolVersion';
/** The field of the parameters that `Mcp-Name` repeats, by method. */
const NAME_FIELDS: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);
const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const ENCODED = /^=\?base64\?.*\?=$/;

/**
 * The headers of the Streamable HTTP transport. A message that names its revision gets the headers of 2026-07-28; others
 * get the revision that `initialize` negotiated.
 * Source: Model Context Protocol, revisions 2026-07-28 and 2025-11-25, "Transports".
 */
export const transportHeaders = (
  messages: readonly RpcMessage[],
  negotiated: string | undefined,
): Record<string, string> => {
  const [message] = messages.length === 1 ? messages : [];
  const named = message?.params?._meta?.[REVISION_FIELD];
  const ofMessage = typeof named === 'string' && PLAIN.test(named) ? named : undefined;
  const revision = ofMessage ?? (message?.method === 'initialize' ? undefined : negotiated);
  return {
    Accept: 'application/json, text/event-stream',
    'Content-Type': 'application/json',
    ...(revision === undefined ? {} : { 'MCP-Protocol-Version': revision }),
    ...(ofMessage === undefined || message === undefined ? {} : namesOf(message)),
  };
};

const namesOf = ({ method, params }: RpcMessage): Record<string, string> => {
  if (method === undefined) return {};
  const name = params?.[NAME_FIELDS.get(method) ?? ''];
  return {
    'Mcp-Method': headerValue(method),
    ...(typeof name === 'string' ? { 'Mcp-Name': headerValue(name) } : {}),
  };
};

/** A text that a header cannot contain is encoded, and so is one that looks encoded. */
const headerValue = (text: string): string =>
  PLAIN.test(text) && !ENCODED.test(text)
    ? text
    : `=?base64?${Buffer.from(text).toString('base64')}?=`;
