import * as z from 'zod/mini';
import { isNameOfSecret } from '#lib/platform/redact.ts';

const MAX_HEADERS = 20;

/** Headers of one connection, and those that the client or the action sets. */
const SET_BY_US: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-correlation-id',
]);

/** Names of headers with credentials, in addition to those of properties. The secret of the endpoint contains these. */
const CREDENTIALS =
  /authorization|cookie|credential|password|secret|(?:^|[-_.])(?:auth|key)$|apikey/i;

/** A token. Source: RFC 9110, section 5.6.2. */
const NAME = /^[\w!#$%&'*+.^`|~-]{1,64}$/;
const VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e]{0,498}[\x21-\x7e])?)?$/;

/** The problem of the name of a header that an operator configures; `undefined` when there is none. */
export const headerNameProblem = (name: string): string | undefined => {
  if (!NAME.test(name)) return 'is not the name of a header';
  if (SET_BY_US.has(name.toLowerCase())) return 'is set by the platform';
  return undefined;
};

/** Headers of a definition: constant, and without credentials. */
export const EndpointHeaders = z.record(z.string(), z.string()).check(({ value, issues }) => {
  const report = (message: string, ...path: string[]) =>
    issues.push({ code: 'custom', input: undefined, path, message });
  const names = Object.keys(value);
  if (names.length > MAX_HEADERS) report(`has more than ${MAX_HEADERS} headers`);
  const known = new Set<string>();
  for (const [name, text] of Object.entries(value)) {
    const lower = name.toLowerCase();
    const problem = headerNameProblem(name);
    if (problem !== undefined) report(problem, name);
    if (CREDENTIALS.test(name) || isNameOfSecret(name)) {
      report('contains credentials: use auth and a secret', name);
    }
    if (known.has(lower)) report('is given twice', name);
    if (!VALUE.test(text)) report('must be at most 500 printable ASCII characters', name);
    known.add(lower);
  }
});
