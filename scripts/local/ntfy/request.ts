import type { IncomingMessage } from 'node:http';

/** A request as the parts of the server see it: read completely, headers decoded. */
export interface Call {
  method: string;
  /** Path without query. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names; raw UTF-8 and RFC 2047 words decoded. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Address of the caller: what limits count by. */
  from: string;
}

export const readCall = async (request: IncomingMessage): Promise<Call> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://ntfy');
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, decoded(String(value ?? ''))]),
    ),
    body: Buffer.concat(chunks),
    from: request.socket.remoteAddress ?? '',
  };
};

/** The first of the names that a header or the query carries; `x-` is optional in both. */
export const parameter = (call: Call, ...names: string[]): string | undefined => {
  for (const name of names.flatMap((plain) => [`x-${plain}`, plain])) {
    const value = call.headers[name] ?? call.query.get(name);
    if (value !== undefined && value !== null && value !== '') return value.trim();
  }
  return undefined;
};

export const isYes = (value: string | undefined): boolean =>
  ['1', 'yes', 'true'].includes(value?.toLowerCase() ?? '');

/** Node hands header bytes over as Latin-1; ntfy reads UTF-8, and RFC 2047 in base64 or quoted printable. */
const decoded = (latin1: string): string =>
  Buffer.from(latin1, 'latin1')
    .toString('utf8')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, form: string, text: string) =>
      form.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : Buffer.from(
            text
              .replaceAll('_', ' ')
              .replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
                String.fromCharCode(Number.parseInt(hex, 16)),
              ),
            'latin1',
          ).toString('utf8'),
    );
