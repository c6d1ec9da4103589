/**
 * Characters that are invisible or change how a terminal shows other text: control characters, which start every escape
 * sequence and link; line and paragraph separators; direction marks; characters without width; half surrogate pairs.
 */
const UNSAFE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;
/** An emoji of several code points contains such characters and is safe as a whole. Source: Unicode Technical Standard 51. */
const EMOJI_OR_UNSAFE = new RegExp(String.raw`\p{RGI_Emoji}|(${UNSAFE})`, 'gv');

/**
 * The text on one line, with every unsafe character as an escape of JSON such as `\n` or `\u001b`. All text that comes
 * from rows, logs, other services or the command line passes through here on its way to the terminal, by `line`,
 * `printableLines` or directly. JSON stays the same JSON.
 */
export const printable = (text: string): string =>
  text.replace(EMOJI_OR_UNSAFE, (found: string, unsafe: string | undefined) =>
    unsafe === undefined ? found : escaped(unsafe),
  );

/** Several lines. The line breaks stay, so use it only where the text is shown as a quotation. */
export const printableLines = (text: string): string =>
  text.split(/\r?\n/).map(printable).join('\n');

/** A template whose values are made printable: line`sent ${title}`. The text between the values is not changed. */
export const line = (
  texts: TemplateStringsArray,
  ...values: readonly (string | number)[]
): string => texts.map((text, index) => text + printable(String(values[index] ?? ''))).join('');

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

const escaped = (character: string): string =>
  SHORT.get(character) ??
  Array.from({ length: character.length }, (_, index) => hex(character.charCodeAt(index))).join('');

const hex = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`;
