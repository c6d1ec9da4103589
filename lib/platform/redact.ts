const REDACTED = '[redacted]';

const MAX_DEPTH = 10;
const MAX_ENTRIES = 100;
const MAX_TEXT_CHARS = 8_192;
/** Of the whole copy. Each value counts for 32 in addition to its text. */
const MAX_CHARS = 64_000;

/** The last word in the name of a secret: `access_token`, `Set-Cookie`, `clientSecret`, `X-API-Key`. */
const SECRET_WORD =
  '(?:authorization|token|secret|password|passwd|passphrase|cookie|credential|signature|assertion|jwt|code[-_ ]?verifier|ntfy[-_ ]?url|secret[-_ ]?(?:hash|string)|(?:api|private|access|cursor|oauth|model|secret|signing)[-_ ]?key)s?';
const SECRET_NAME = new RegExp(`${SECRET_WORD}$|^(?:auth|pwd)$`, 'i');

/** A `code` is an authorization code, except for a number or words such as `HTTP_429` outside of a request. */
const CODE_NAME = /^(?:(?:auth|authorization|oauth|device|mfa)[-_ ]?)?code$/i;
const ERROR_CODE = /^\W*(?:\d+|[A-Z]{2,32}(?:_[A-Z0-9]{1,32})*)\W*$/;
const REQUEST_PART = /query|search|param|body|form$|header|request/i;

/** Between a name and its value in a query, a header, JSON, and JSON in a JSON string. */
const SEPARATOR = String.raw`\\{0,8}["']?\s*(?:[=:]|%3D)\s*`;
/** A quoted value ends with the same quote. An object, a list and a value without an end take the rest of the text. */
const VALUE = String.raw`\[redacted\]|(\\{0,8}["'])[^]*?(?:(?<!\\)\3|$)|[{[][^]*|[^\s&"'<>\\]+`;
const NAMED_VALUE = new RegExp(
  `((?:${SECRET_WORD}|\\b(?:auth|pwd)|(?:[?&]|%3F|%26|(?:auth|authorization|oauth|device|mfa)[-_ ]?)code|(\\bcode))${SEPARATOR})(?:${VALUE})`,
  'gi',
);
/** The values of these headers contain blanks and end with the line. */
const HEADER_LINE = /((?:authorization|cookie)\s*[=:]\s*)(?!["'\\])[^\r\n]+/gi;
const CREDENTIALS = /\b((?:bearer|basic)(?:\s+|%20|\+))[\w.~+/=-]+/gi;
/** JSON web tokens, access tokens of ntfy, and keys of model providers. */
const TOKEN = /(?<![\w-])(?:eyJ[\w-]+(?:\.[\w-]*)+|tk_\w{16,}|sk-[\w-]{16,})/g;
const USER_INFO = /(\w:\/\/)[^\s/@?#"']+@/g;

/** Other properties of an error may hold a request or a response. */
const ERROR_FIELDS = ['name', 'message', 'code', 'kind', 'stack', 'cause', 'errors'];

interface Walk {
  /** The objects that contain the value. */
  around: readonly object[];
  isInRequest: boolean;
  /** Shared by the whole copy. */
  left: { chars: number };
}

/** Whether a property or a header of this name contains a secret. */
export const isNameOfSecret = (name: string): boolean => SECRET_NAME.test(name);

/** Copies a value as plain JSON for a log line, without secrets and limited in size. Never throws. See docs/architecture/security.md. */
export const redact = (value: unknown): unknown =>
  copyOf(value, { around: [], isInRequest: false, left: { chars: MAX_CHARS } });

const copyOf = (value: unknown, walk: Walk): unknown => {
  walk.left.chars -= 32;
  if (walk.left.chars < 0) return '[too large]';
  if (typeof value === 'string') return textOf(value, walk);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (walk.around.includes(value)) return '[circular]';
  if (walk.around.length >= MAX_DEPTH) return '[too deep]';
  try {
    return copyOfObject(value, { ...walk, around: [...walk.around, value] });
  } catch {
    return '[unreadable]';
  }
};

const copyOfObject = (value: object & { toJSON?: unknown }, walk: Walk): unknown => {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value) || value instanceof Set) return copyOfList(value, walk);
  if (value instanceof Map) return copyOfEntries(value, walk);
  const isError = value instanceof Error;
  if (typeof value.toJSON === 'function' && !isError) return copyOf(value.toJSON(), walk);
  const names = isError ? ERROR_FIELDS : Object.keys(value);
  return copyOfEntries(
    Iterator.from(names).map((name) => [name, Reflect.get(value, name)]),
    walk,
  );
};

const copyOfList = (values: Iterable<unknown>, walk: Walk): unknown[] =>
  // Raw headers are a list: `['Authorization', 'Bearer …']`.
  firstOf(values).map((item, index, list) =>
    isSecret(list[index - 1], item, walk) ? REDACTED : copyOf(item, walk),
  );

const copyOfEntries = (values: Iterable<[unknown, unknown]>, walk: Walk) => {
  const entries = firstOf(values);
  // Headers may be pairs: `{ name: 'Authorization', value: 'Bearer …' }`.
  const pairName = entries.find(([name]) => /^(?:name|key|header)$/i.test(String(name)))?.[1];
  const copies = entries.map(([key, value]) => {
    const name = String(key);
    const inner = REQUEST_PART.test(name) ? { ...walk, isInRequest: true } : walk;
    const secret = isSecret(/^values?$/i.test(name) ? pairName : name, value, walk);
    return [textOf(name, walk), secret ? REDACTED : copyOf(value, inner)];
  });
  return Object.fromEntries(copies);
};

const isSecret = (name: unknown, value: unknown, { isInRequest }: Walk): boolean => {
  if (typeof name !== 'string' || typeof value === 'boolean' || value == null) return false;
  // Code can throw anything, also a body.
  if (/^(?:err|cause)$/.test(name)) return typeof value === 'object' && !(value instanceof Error);
  if (CODE_NAME.test(name)) return isInRequest || !ERROR_CODE.test(String(value));
  // A number in the plural, such as `input_tokens`, is a count.
  return isNameOfSecret(name) && !(typeof value === 'number' && /s$/i.test(name));
};

const firstOf = <T>(values: Iterable<T>): T[] => Iterator.from(values).take(MAX_ENTRIES).toArray();

const textOf = (text: string, { left }: Walk): string => {
  const cut = text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
  const shown = cut
    .toWellFormed()
    .replace(HEADER_LINE, `$1${REDACTED}`)
    .replace(NAMED_VALUE, (all, before, plainCode, quote = '') =>
      plainCode && ERROR_CODE.test(all.slice(before.length))
        ? all
        : before + quote + REDACTED + quote,
    )
    .replace(CREDENTIALS, `$1${REDACTED}`)
    .replace(TOKEN, REDACTED)
    .replace(USER_INFO, `$1${REDACTED}@`);
  left.chars -= shown.length;
  return shown;
};
