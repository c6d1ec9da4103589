/** Stands in a log line where a secret was. */
export const REDACTED = '[redacted]';

/** The end of a name under which a secret stands: `access_token`, `Set-Cookie`, `clientSecret`, `X-API-Key`. */
const SECRET_NAME =
  '(?:authorization|token|secret|password|passwd|passphrase|cookie|credential|signature|assertion|jwt|code[-_. ]?verifier|ntfy[-_. ]?url|(?:api|private|access|cursor|oauth|model)[-_. ]?key)s?';
/** Names that are too short to be looked for at the end of others. */
const SECRET_WHOLE_NAME = '(?:auth|pwd)';
/** An authorization code of OAuth. Errors have a `code`, too; see `isErrorCode`. */
const CODE_NAME = '(?:(?:auth|authorization|device|user)[-_. ]?)?code';

/** Between a name and its value: in a query, a header, JSON, and JSON inside of a JSON string. */
const SEPARATOR = String.raw`\\{0,8}["']?\s*(?:[=:]|%3D)\s*`;

/** What is quoted ends with the same quote. Where its end is not clear, the rest of the text is the value. */
const VALUE = String.raw`\[redacted\]|(\\{0,8}["'])[^]*?(?:(?<!\\)\2|$)|[{[][^]*|[^\s&"'<>\\]+`;

const IS_SECRET_NAME = new RegExp(`${SECRET_NAME}$|^${SECRET_WHOLE_NAME}$`, 'i');
const IS_CODE_NAME = new RegExp(`^${CODE_NAME}$`, 'i');
const IS_ERROR_CODE = /^\W*(?:\d+|[A-Z]{2,32}(?:_[A-Z0-9]{1,32})*)\W*$/;

const NAMED_VALUE = new RegExp(
  `((?:${SECRET_NAME}|(?<![\\w-])${SECRET_WHOLE_NAME})${SEPARATOR})(?:${VALUE})`,
  'gi',
);
const NAMED_CODE = new RegExp(`((?<!\\w|[?&]|%3F|%26)${CODE_NAME}${SEPARATOR})(?:${VALUE})`, 'gi');
const CODE_IN_QUERY = new RegExp(`((?:[?&]|%3F|%26)${CODE_NAME}${SEPARATOR})(?:${VALUE})`, 'gi');

/** The value of these headers may hold blanks and `;`, and ends with the line. */
const HEADER_LINE = /((?:authorization|cookie)\s*[=:]\s*)(?!["'\\])[^\r\n]+/gi;

const CREDENTIALS = /\b((?:bearer|basic)(?:\s+|%20|\+))[\w.~+/=-]+/gi;

/** A signed or encrypted token (JWT), an access token of ntfy, a key of a model. */
const SECRET_SHAPE = /(?<![\w-])(?:eyJ[\w-]+(?:\.[\w-]*)+|tk_\w{16,}|sk-[\w-]{16,})/g;

/** `user:password@` in an address. */
const USER_INFO = /(\w:\/\/)[^\s/@?#"']+@/g;

/** Whether a field of this name holds a secret, whatever its value is. */
export const isSecretName = (name: string): boolean => IS_SECRET_NAME.test(name.normalize('NFKC'));

/** Whether a field of this name may hold an authorization code. */
export const isCodeName = (name: string): boolean => IS_CODE_NAME.test(name.normalize('NFKC'));

/**
 * Whether a `code` is that of an error: a number, or upper-case words without a digit in the first, such as `HTTP_429`.
 * Any other may be an authorization code.
 */
export const isErrorCode = (code: unknown): boolean => IS_ERROR_CODE.test(String(code));

/** The text without the secrets that a name, a scheme or their own shape gives away. */
export const redactText = (text: string): string =>
  text
    .replace(HEADER_LINE, `$1${REDACTED}`)
    .replace(NAMED_VALUE, redactValue)
    .replace(CODE_IN_QUERY, redactValue)
    .replace(NAMED_CODE, (all, name, quote) =>
      isErrorCode(all.slice(name.length)) ? all : redactValue(all, name, quote),
    )
    .replace(CREDENTIALS, `$1${REDACTED}`)
    .replace(SECRET_SHAPE, REDACTED)
    .replace(USER_INFO, `$1${REDACTED}@`);

/** Keeps the quotes of a value, so that JSON stays JSON. */
const redactValue = (_: string, name: string, quote = ''): string =>
  name + quote + REDACTED + quote;
