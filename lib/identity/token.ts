/** A token as it is written: nothing in it is believed yet. */
export interface WrittenToken {
  /** Name of the key that is said to have signed it. */
  kid: string;
  claims: Readonly<Record<string, unknown>>;
}

/** Three parts of base64url without padding. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * What a header may say. Everything else would choose a key, or another way to verify: `jwk`, `jku`, `x5c`, `x5u`,
 * `crit`, `b64`, `zip`.
 */
const HEADER_NAMES = new Set(['alg', 'kid', 'typ']);

/**
 * Read a token of the form of RFC 7515, section 7.1, with a header that leaves no choice: RS256, and a key by name.
 * Base64url in which bits are left over, and names given twice, are refused: two readers would read two tokens.
 * @returns why not, in a word for the log, where it cannot be read so
 */
export const readToken = (
  text: string,
): WrittenToken | 'form' | 'header' | 'algorithm' | 'claims' => {
  const [, header, payload, signature] = COMPACT.exec(text) ?? [];
  if (header === undefined || payload === undefined || signature === undefined) return 'form';
  const { alg, kid, ...more } = jsonOf(header) ?? {};
  if (alg !== 'RS256') return 'algorithm';
  if (typeof kid !== 'string' || Object.keys(more).some((name) => !HEADER_NAMES.has(name))) {
    return 'header';
  }
  const claims = jsonOf(payload);
  if (claims === undefined || !isWhole(signature)) return 'claims';
  return { kid, claims };
};

/** Letters that a part may end with, by its length over a multiple of four: all others have bits that no byte holds. */
const ENDINGS: readonly (string | undefined)[] = [undefined, undefined, 'AQgw', 'AEIMQUYcgkosw048'];

/** Whether letters of base64url are bytes, and no other letters are the same bytes. Source: RFC 4648, section 3.5. */
const isWhole = (part: string): boolean => {
  const over = part.length % 4;
  return over === 0 || (ENDINGS[over]?.includes(part.slice(-1)) ?? false);
};

/** Throws for bytes that are not UTF-8. A byte order mark stays in the text, which is then not JSON. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const jsonOf = (part: string): Record<string, unknown> | undefined => {
  if (!isWhole(part)) return undefined;
  try {
    const text = UTF_8.decode(Buffer.from(part, 'base64url'));
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.keys(value).length === namesIn(text) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Names that are written in the outermost object of a text that is JSON: more than it has when one is given twice.
 * `lib/platform/json.ts` would say more, and has no room in the authorizer's bundle.
 */
const namesIn = (text: string): number => {
  let depth = 0;
  let names = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '\\') at += 1;
    else if (letter === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (letter === '{' || letter === '[') depth += 1;
    else if (letter === '}' || letter === ']') depth -= 1;
    else if (letter === ':' && depth === 1) names += 1;
  }
  return names;
};
