/** The content of a token that is not verified yet. */
export interface UnverifiedToken {
  /** The id of the key that signed the token, according to its header. */
  kid: string;
  claims: Readonly<Record<string, unknown>>;
}

/** Names that a header may have in addition. `x5t` repeats the key as a thumbprint, which nobody looks up. */
const IGNORED: readonly string[] = ['typ', 'x5t'];

/** Three parts of base64url without padding. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * Parses a token in the compact form of RFC 7515, section 7.1. Its header must contain RS256 and the id of a key, and
 * nothing that chooses another key. Base64url with unused bits and duplicate names are refused, because two parsers could read them
 * differently.
 * @returns for a token that is refused, a word for the log that says why
 */
export const readToken = (
  text: string,
): UnverifiedToken | 'form' | 'header' | 'algorithm' | 'claims' => {
  const [, header, payload, signature] = COMPACT.exec(text) ?? [];
  if (header === undefined || payload === undefined || signature === undefined) return 'form';
  const { alg, kid, ...more } = jsonOf(header) ?? {};
  if (alg !== 'RS256') return 'algorithm';
  // Other names choose a key or another verification: `jwk`, `jku`, `x5c`, `x5u`, `crit`, `b64`.
  if (typeof kid !== 'string' || !Object.keys(more).every((name) => IGNORED.includes(name)))
    return 'header';
  const claims = jsonOf(payload);
  if (claims === undefined || !isCanonical(signature)) return 'claims';
  return { kid, claims };
};

/** The allowed last letters of base64url, by the length modulo 4. Others have bits that belong to no byte. */
const ENDINGS: readonly (string | undefined)[] = [undefined, undefined, 'AQgw', 'AEIMQUYcgkosw048'];

/** Whether a text is the only base64url form of its bytes. Source: RFC 4648, section 3.5. */
const isCanonical = (part: string): boolean => {
  const rest = part.length % 4;
  return rest === 0 || (ENDINGS[rest]?.includes(part.slice(-1)) ?? false);
};

/** Throws for bytes that are not UTF-8. A byte order mark stays in the text, which is then not JSON. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const jsonOf = (part: string): Record<string, unknown> | undefined => {
  if (!isCanonical(part)) return undefined;
  try {
    const text = UTF_8.decode(Buffer.from(part, 'base64url'));
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.keys(value).length === countNames(text) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The number of names that the outermost object of a JSON text contains, including duplicates. The authorizer does not
 * use `lib/platform/json.ts`, which would make its bundle too large.
 */
const countNames = (text: string): number => {
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
