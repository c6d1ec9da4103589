import { validateHeaderName, validateHeaderValue } from 'node:http';
import { AppError } from '#lib/platform/errors.ts';

/** Headers that the client sets itself or never sends. A caller's `host` could select another site at the same address. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * @throws AppError `invalid` / `REQUEST_MALFORMED` for a header that contains a line break or another invalid character,
 * and for a header that callers may not set
 */
export const checkRequestHeaders = (headers: Record<string, string>): void => {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      // Not kept as the cause, because its message contains the header's name, which may be an attack.
      throw malformedRequestError('a header is not well-formed');
    }
    if (OWN_HEADERS.has(name.toLowerCase()))
      throw malformedRequestError('a header may not be set by the caller');
  }
};

const malformedRequestError = (problem: string): AppError =>
  new AppError('invalid', 'REQUEST_MALFORMED', problem, { sent: false });
