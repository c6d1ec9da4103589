import { validateHeaderName, validateHeaderValue } from 'node:http';
import { AppError } from '#lib/platform/errors.ts';

/** What the client says itself, or never says: a caller's `host` would lead to another house at the same address. */
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
 * @throws AppError `invalid` / `REQUEST_MALFORMED` for a header that would break out of its line, or that is the client's own
 */
export const checkRequestHeaders = (headers: Record<string, string>): void => {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      // Not kept as the cause: it quotes the name, which is where somebody tried to put something in.
      throw malformed('a header is not well-formed');
    }
    if (OWN_HEADERS.has(name.toLowerCase())) throw malformed("a header is not the caller's to set");
  }
};

const malformed = (problem: string): AppError =>
  new AppError('invalid', 'REQUEST_MALFORMED', problem);
