/** The index of the first character that is not allowed, and a description of what is allowed there. */
interface SyntaxFault {
  at: number;
  expected: string;
}

const SURROGATE_PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Explains why a text is not JSON: the place of the first character that is not allowed, and what is expected there. Lines
 * and columns count from 1, columns in characters. The explanation contains no part of the text. Takes linear time
 * without recursion.
 * Source: RFC 8259.
 * @returns `undefined` for a text that is JSON
 */
export const jsonProblem = (text: string): string | undefined => {
  if (text.startsWith('\ufeff')) {
    return 'begins with a byte order mark (BOM): send UTF-8 without one';
  }
  const fault = faultIn(text);
  if (fault === undefined) return undefined;
  const before = text.slice(0, fault.at).split('\n');
  const column = (before.at(-1) ?? '').replace(SURROGATE_PAIR, '.').length + 1;
  const place = `line ${before.length}, column ${column}`;
  const end = fault.at >= text.length ? ', where it ends' : '';
  return `is not valid JSON at ${place}${end}: expected ${fault.expected}`;
};

/** What can follow in the text, and whether the open object or list can end there. */
const CAN_END = {
  value: false,
  'value or end': true,
  name: false,
  'name or end': true,
  colon: false,
  'comma or end': true,
  end: false,
};
type Expected = keyof typeof CAN_END;

const faultIn = (text: string): SyntaxFault | undefined => {
  const closers: ('}' | ']')[] = [];
  let expected: Expected = 'value';
  let at = afterSpace(text, 0);
  while (at < text.length) {
    const letter = text[at];
    const closer = closers.at(-1);
    if (letter === closer && CAN_END[expected]) {
      closers.pop();
      at += 1;
      expected = closers.length === 0 ? 'end' : 'comma or end';
    } else if (expected === 'comma or end' && letter === ',') {
      at += 1;
      expected = closer === '}' ? 'name' : 'value';
    } else if (expected === 'colon' && letter === ':') {
      at += 1;
      expected = 'value';
    } else if (expected === 'name' || expected === 'name or end') {
      const end =
        letter === '"' ? endOfText(text, at) : { at, expected: wordsFor(expected, closer) };
      if (typeof end !== 'number') return end;
      at = end;
      expected = 'colon';
    } else if (expected === 'value' || expected === 'value or end') {
      if (letter === '{' || letter === '[') {
        closers.push(letter === '{' ? '}' : ']');
        at += 1;
        expected = letter === '{' ? 'name or end' : 'value or end';
      } else {
        const end = endOfScalar(text, at);
        if (end === undefined) return { at, expected: wordsFor(expected, closer) };
        if (typeof end !== 'number') return end;
        at = end;
        expected = closers.length === 0 ? 'end' : 'comma or end';
      }
    } else return { at, expected: wordsFor(expected, closer) };
    at = afterSpace(text, at);
  }
  return expected === 'end' ? undefined : { at, expected: wordsFor(expected, closers.at(-1)) };
};

const wordsFor = (expected: Expected, closer = ']'): string => {
  switch (expected) {
    case 'value':
      return 'a value';
    case 'value or end':
      return 'a value or "]"';
    case 'name':
      return 'a property name in double quotes';
    case 'name or end':
      return 'a property name in double quotes or "}"';
    case 'colon':
      return '":"';
    case 'comma or end':
      return `"," or "${closer}"`;
    case 'end':
      return 'nothing more';
  }
};

/** The index after a string, a number or a literal; `undefined` where none of them begins. */
const endOfScalar = (text: string, at: number): number | SyntaxFault | undefined => {
  if (text[at] === '"') return endOfText(text, at);
  SCALAR.lastIndex = at;
  const end = at + (SCALAR.exec(text)?.[0].length ?? 0);
  if (end === at) return text[at] === '-' ? { at: at + 1, expected: 'a digit' } : undefined;
  if (!isDigit(text[end - 1])) return end;
  if (text[end] === '.') return { at: end + 1, expected: 'a digit' };
  if (text[end] !== 'e' && text[end] !== 'E') return end;
  const hasSign = text[end + 1] === '+' || text[end + 1] === '-';
  return { at: end + (hasSign ? 2 : 1), expected: 'a digit' };
};

const isDigit = (letter = '') => letter >= '0' && letter <= '9';

/** The index after the closing quote of the string that begins at `start`. */
const endOfText = (text: string, start: number): number | SyntaxFault => {
  let at = start + 1;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (letter === '"') return at + 1;
    if (letter < ' ') return { at, expected: 'an escape such as \\n for a control character' };
    if (letter !== '\\') at += 1;
    else if (text[at + 1] === 'u') {
      const [digits = ''] = /^[\da-f]*/i.exec(text.slice(at + 2, at + 6)) ?? [];
      if (digits.length < 4)
        return { at: at + 2 + digits.length, expected: 'four hexadecimal digits after \\u' };
      at += 6;
    } else if (/["\\/bfnrt]/.test(text.charAt(at + 1))) at += 2;
    else return { at: at + 1, expected: 'one of " \\ / b f n r t u after a backslash' };
  }
  return { at: text.length, expected: 'a closing double quote' };
};

/** The index of the first character at or after `start` that is not white space. */
const afterSpace = (text: string, start: number): number => {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
};

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
