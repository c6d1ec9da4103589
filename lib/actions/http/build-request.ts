import { invalidInputError } from '#lib/actions/invalid-input-error.ts';
import type { RequestParts } from './check-input.ts';
import type { Endpoint } from './endpoint.ts';
import { fillPath } from './path-template.ts';

/** The parts of a request that depend on the caller. */
export interface EndpointRequest {
  /** Path and query, encoded. It begins with a slash. */
  path: string;
  /** JSON. Absent when the caller sends none. */
  body?: string;
}

const MAX_PATH_CHARS = 8_000;

/**
 * The request of a call. A value becomes exactly one segment of the path or one value of the query: no value can change
 * the path, the names in the query, or the origin.
 * @param parts that fit the definition
 * @throws AppError `invalid` / `INVALID_PAYLOAD` for a value that a path or a query cannot carry
 */
export const buildRequest = (
  { path: template, service }: Pick<Endpoint, 'path' | 'service'>,
  { path = {}, query = {}, body }: RequestParts,
): EndpointRequest => {
  const pathname = fillPath(template, (name) =>
    segmentOf(Object.hasOwn(path, name) ? path[name] : undefined, `payload.path.${name}`),
  );
  const search = Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one]))
    .map(([name, value]) => `${encoded(name)}=${queryValue(value, `payload.query.${name}`)}`)
    .join('&');
  const target = search === '' ? pathname : `${pathname}?${search}`;
  if (target.length > MAX_PATH_CHARS) {
    const problem = `is too long: path and query have more than ${MAX_PATH_CHARS} characters`;
    throw invalidInputError([{ path: 'payload', problem }]);
  }
  // The values are encoded, so this only fails when the rules above have a gap.
  const url = URL.parse(`${service.origin}${target}`);
  if (url?.origin !== new URL(service.origin).origin || url.pathname !== pathname) {
    throw invalidInputError([{ path: 'payload.path', problem: 'would change the path' }]);
  }
  return { path: target, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
};

/** A server or a proxy may decode a segment more than once, so a value that another decoding could split is refused. */
const SPLITS_PATH = /[/\\\p{Cc}]|%[\da-f]{2}/iu;

const segmentOf = (value: unknown, path: string): string => {
  const text = String(value ?? '');
  const problem = segmentProblem(text);
  if (problem !== undefined) throw invalidInputError([{ path, problem }]);
  return encoded(text);
};

const segmentProblem = (text: string): string | undefined => {
  if (text === '') return 'must not be empty';
  if (/^\.+$/.test(text)) return 'must not consist of dots';
  if (SPLITS_PATH.test(text)) {
    return 'must not contain a slash, a backslash, a control character or an encoded character';
  }
  return text.isWellFormed() ? undefined : BROKEN;
};

const queryValue = (value: unknown, path: string): string => {
  const text = String(value);
  if (!text.isWellFormed()) throw invalidInputError([{ path, problem: BROKEN }]);
  return encoded(text);
};

const BROKEN = 'has a broken character (a lone surrogate)';

/** Encodes everything but unreserved characters. Source: RFC 3986, section 2.3. */
const encoded = (text: unknown): string =>
  encodeURIComponent(String(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
