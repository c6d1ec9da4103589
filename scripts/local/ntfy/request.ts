import type { IncomingMessage } from 'node:http';
import { decodeEncodedWords } from './encoded-words.ts';

/** A request that was read completely. */
export interface NtfyRequest {
  method: string;
  /** Path without query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case, values as UTF-8. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Address of the caller. Limits count by it. */
  from: string;
}

export const readRequest = async (incoming: IncomingMessage): Promise<NtfyRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://ntfy');
  return {
    method: incoming.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, utf8Of(String(value ?? ''))]),
    ),
    body: Buffer.concat(chunks),
    from: incoming.socket.remoteAddress ?? '',
  };
};

/**
 * The value of the first header among the names that is not empty, else of the first such query parameter. Encoded words
 * are decoded in headers only. Both are trimmed.
 */
export const parameter = (request: NtfyRequest, ...names: string[]): string | undefined => {
  const headers = names.map((name) => trimmed(decodeEncodedWords(request.headers[name] ?? '')));
  const queries = names.map((name) => trimmed(request.query.get(name) ?? ''));
  return [...headers, ...queries].find((value) => value !== '');
};

export const isYes = (value: string | undefined): boolean =>
  ['1', 'yes', 'true'].includes(value?.toLowerCase() ?? '');

/** Removes white space as Go does: JavaScript removes U+FEFF, too, and keeps U+0085. */
export const trimmed = (text: string): string =>
  text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, '');

/** Node returns the bytes of a header as Latin-1. */
const utf8Of = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');
