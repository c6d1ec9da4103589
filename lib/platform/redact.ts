import { isCodeName, isErrorCode, isSecretName, REDACTED, redactText } from './redact-text.ts';

const MAX_DEPTH = 10;
/** Of one object or list. */
const MAX_ENTRIES = 100;
const MAX_TEXT_CHARS = 8_192;
/** Of the whole copy. */
const MAX_VALUES = 2_000;
const MAX_CHARS = 64_000;

const UNREADABLE = '[unreadable]';

/** The parts of a request. A `code` in one of them may be an authorization code, however it is spelled. */
const REQUEST_PART = /query|search|param|body|form$|header|request/i;

interface Walk {
  /** The objects that hold the value, outermost first. */
  around: readonly object[];
  isInRequest: boolean;
  /** What the copy may still grow by; shared by the whole walk. */
  left: { values: number; chars: number };
}

/**
 * A copy of a value as plain JSON, for a log line: without secrets and without cycles, and small enough for one line.
 * Never throws, and calls nothing but getters, `toJSON` and `valueOf`.
 *
 * A secret is found by the name of its field in any spelling and at any depth (`isSecretName`), or inside of a text
 * (`redactText`). A field `code` is shown when it is the code of an error, and nowhere inside of a request. `true`,
 * `false` and `null` are no secrets, nor are numbers under a plural: `input_tokens` is a count.
 *
 * An error becomes its name, message, code, kind, causes and, once, its stack. Any other property of it is left out, and
 * of an `err` or a cause that is no error only the type is shown, because it may be a body. Bytes become their number.
 */
export const redact = (value: unknown): unknown =>
  copyOf(value, {
    around: [],
    isInRequest: false,
    left: { values: MAX_VALUES, chars: MAX_CHARS },
  });

const copyOf = (value: unknown, walk: Walk): unknown => {
  if (walk.left.values <= 0 || walk.left.chars <= 0) return '[too large]';
  walk.left.values -= 1;
  switch (typeof value) {
    case 'string':
    case 'bigint':
      return textOf(String(value), walk);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : copyOfObject(value, walk);
    default:
      return undefined;
  }
};

const textOf = (text: string, { left }: Walk): string => {
  const cut =
    text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}… (${text.length})` : text;
  const shown = redactText(cut.toWellFormed());
  left.chars -= shown.length;
  return shown;
};

const copyOfObject = (value: object, walk: Walk): unknown => {
  if (walk.around.includes(value)) return '[circular]';
  if (walk.around.length >= MAX_DEPTH) return '[too deep]';
  const inside = { ...walk, around: [...walk.around, value] };
  try {
    if (isError(value)) return copyOfError(value, inside);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return `[${value.byteLength} bytes]`;
    }
    const json = jsonOf(value);
    if (json !== value) return copyOf(json, inside);
    if (value instanceof Set) return copyOfList(value, value.size, inside);
    if (Array.isArray(value)) return copyOfList(value, value.length, inside);
    if (value instanceof Map) return copyOfEntries(value, value.size, inside);
    const names = Object.keys(value);
    const entries = Iterator.from(names).map((name): [string, unknown] => [
      name,
      read(value, name),
    ]);
    return copyOfEntries(entries, names.length, inside);
  } catch {
    return UNREADABLE;
  }
};

/** What `JSON.stringify` takes in place of the object, and the value of a boxed one. */
const jsonOf = (value: { toJSON?: unknown; valueOf?: unknown }): unknown => {
  const convert = value.toJSON ?? value.valueOf;
  return typeof convert === 'function' ? convert.call(value) : value;
};

const copyOfList = (values: Iterable<unknown>, size: number, walk: Walk): unknown[] => {
  const list = firstOf(values);
  const copies = list.map((value, index) =>
    // `['Authorization', 'Bearer …']`, as raw headers come.
    isNamedSecret(list[index - 1], value, walk) ? REDACTED : (copyOf(value, walk) ?? null),
  );
  return size > list.length ? [...copies, `… (${size})`] : copies;
};

const copyOfEntries = (
  values: Iterable<[unknown, unknown]>,
  size: number,
  walk: Walk,
): Record<string, unknown> => {
  const entries = firstOf(values).map(([name, value]) => ({ name: String(name), value }));
  // `{ name: 'Authorization', value: 'Bearer …' }`
  const given = entries.find(({ name }) => /^(?:name|key|header)$/i.test(name))?.value;
  const copies = entries.map(({ name, value }) => {
    const isSecret =
      isNamedSecret(name, value, walk) ||
      (/^values?$/i.test(name) && isNamedSecret(given, value, walk));
    return [textOf(name, walk), isSecret ? REDACTED : copyUnder(name, value, walk)];
  });
  return Object.fromEntries(size > entries.length ? [...copies, ['…', `(${size})`]] : copies);
};

const copyUnder = (name: string, value: unknown, walk: Walk): unknown => {
  if (name === 'err') return copyOfThrown(value, walk);
  return copyOf(value, REQUEST_PART.test(name) ? { ...walk, isInRequest: true } : walk);
};

const isNamedSecret = (name: unknown, value: unknown, { isInRequest }: Walk): boolean => {
  if (typeof name !== 'string' || (value ?? true) === true || value === false) return false;
  if (isSecretName(name)) return typeof value !== 'number' || !/s$/i.test(name);
  return isCodeName(name) && (isInRequest || !isErrorCode(value));
};

const copyOfError = (error: Error, walk: Walk): Record<string, unknown> => {
  const field = (name: string) => copyOf(read(error, name), walk);
  const code = read(error, 'code');
  const cause = read(error, 'cause');
  const isOutermost = !walk.around.slice(0, -1).some(isError);
  return {
    name: field('name'),
    message: field('message'),
    code: code === undefined || isErrorCode(code) ? code : REDACTED,
    kind: field('kind'),
    stack: isOutermost ? field('stack') : undefined,
    cause: cause === undefined ? undefined : copyOfThrown(cause, walk),
    errors: error instanceof AggregateError ? field('errors') : undefined,
  };
};

/** Anything can be thrown, a body too. */
const copyOfThrown = (thrown: unknown, walk: Walk): unknown => {
  if (isError(thrown)) return copyOf(thrown, walk);
  return { message: typeof thrown === 'object' ? tagOf(thrown) : textOf(String(thrown), walk) };
};

/** Whether it is an error, one of another realm included. */
const isError = (value: unknown): value is Error =>
  value instanceof Error || tagOf(value) === '[object Error]';

const tagOf = (value: unknown): string => Object.prototype.toString.call(value);

const firstOf = <T>(values: Iterable<T>): T[] => Iterator.from(values).take(MAX_ENTRIES).toArray();

const read = (from: object, name: string): unknown => {
  try {
    return Reflect.get(from, name);
  } catch {
    return UNREADABLE;
  }
};
