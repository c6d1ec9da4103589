import { isUtf8 } from 'node:buffer';

/** A token as it is written: nothing in it is believed yet. */
export interface WrittenToken {
  /** Name of the key that is said to have signed it. */
  kid: string;
  claims: Readonly<Record<string, unknown>>;
}

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * What a header may say. Everything else would choose a key, or another way to verify: `jwk`, `jku`, `x5c`, `x5u`,
 * `crit`, `b64`, `zip`.
 */
const HEADER_NAMES = new Set(['alg', 'kid', 'typ']);

/** Whether a text has the form of a token: three parts of base64url without padding. */
export const isCompact = (text: string): boolean => COMPACT.test(text);

/**
 * Read a token of the form of RFC 7515, section 7.1, with a header that leaves no choice: RS256, and a key by name.
 * Base64url in which bits are left over, and names given twice, are refused: two readers would read two tokens.
 * @returns why not, in a word for the log, where it cannot be read so
 */
export const readToken = (text: string): WrittenToken | 'header' | 'algorithm' | 'claims' => {
  const [header = '', payload = '', signature = ''] = text.split('.');
  const { alg, kid, ...more } = jsonOf(header) ?? {};
  if (alg !== 'RS256') return 'algorithm';
  if (typeof kid !== 'string' || Object.keys(more).some((name) => !HEADER_NAMES.has(name))) {
    return 'header';
  }
  const claims = jsonOf(payload);
  if (claims === undefined || bytesOf(signature) === undefined) return 'claims';
  return { kid, claims };
};

const bytesOf = (part: string): Buffer | undefined => {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
};

const jsonOf = (part: string): Record<string, unknown> | undefined => {
  const bytes = bytesOf(part);
  if (bytes === undefined || !isUtf8(bytes)) return undefined;
  const text = bytes.toString();
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.keys(value).length === namesIn(text) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** Strings, with the colon that makes one a name, and brackets. */
const TOKENS = /"(?:[^"\\]|\\.)*"(\s*:)?|[{[\]}]/g;

/**
 * Names that are written in the outermost object of a text that is JSON: more than it has when one is given twice.
 * `lib/json.ts` would say more, and has no room in the authorizer's bundle.
 */
const namesIn = (text: string): number => {
  let depth = 0;
  let names = 0;
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (colon !== undefined && depth === 1) names += 1;
  }
  return names;
};
