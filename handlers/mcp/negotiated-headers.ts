import type { McpRequest } from './route.ts';

/** The revisions of the protocol that the server speaks, newest first. */
export const REVISIONS = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'] as const;

export const REVISION_HEADER = 'mcp-protocol-version';
const REVISION_FIELD = 'io.modelcontextprotocol/protocolVersion';
/** Both types that the transport asks for. */
const BOTH_TYPES = 'application/json, text/event-stream';

/**
 * The headers of a request as the protocol expects them. A client that accepts only JSON gets JSON. If header and body
 * name different revisions, and both are known, the body applies: a hosted client sends the header of the revision that it
 * spoke before.
 */
export const negotiatedHeaders = (
  headers: McpRequest['headers'],
  body: unknown,
): Record<string, string> => {
  const sent = Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { [REVISION_HEADER]: inHeader } = sent;
  const inBody = revisionIn(body);
  const isOverruled = isRevision(inHeader) && isRevision(inBody);
  return {
    ...sent,
    ...(acceptsJson(sent.accept) ? { accept: BOTH_TYPES } : {}),
    ...(isOverruled ? { [REVISION_HEADER]: inBody } : {}),
  };
};

const isRevision = (value: unknown): value is string => REVISIONS.some((one) => one === value);

/** A request of the newest revision names it in its envelope, and a handshake of an older one in its parameters. */
const revisionIn = (body: unknown): unknown => {
  const { method, params } = (body ?? {}) as {
    method?: unknown;
    params?: { protocolVersion?: unknown; _meta?: Record<string, unknown> };
  };
  const inEnvelope = params?._meta?.[REVISION_FIELD];
  if (inEnvelope !== undefined || method !== 'initialize') return inEnvelope;
  // The newest revision has no handshake: there is nothing to agree with.
  return params?.protocolVersion === REVISIONS[0] ? undefined : params?.protocolVersion;
};

/** Source: RFC 9110, section 12.5.1. Without the header, every type is accepted. */
const acceptsJson = (accept: string | undefined): boolean =>
  accept === undefined ||
  /(?:^|[\s,])(?:application\/(?:json|\*)|\*\/\*)(?:$|[\s,;])/i.test(accept);
