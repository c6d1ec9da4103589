/** What is wrong at a place of a text: the index of the first character that cannot stand there, and what could. */
interface SyntaxFault {
  at: number;
  expected: string;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;

/**
 * Why a text is not JSON: the place of the first character that cannot stand there, and what could. Lines and columns
 * count from 1, columns in characters. Nothing of the text is repeated. Takes linear time and does not recurse.
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
  const column = [...(before.at(-1) ?? '')].length + 1;
  const place = `line ${before.length}, column ${column}`;
  const end = fault.at >= text.length ? ', where it ends' : '';
  return `is not valid JSON at ${place}${end}: expected ${fault.expected}`;
};

type Wanted = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end' | 'end';

const faultIn = (text: string): SyntaxFault | undefined => {
  const closers: ('}' | ']')[] = [];
  let wanted: Wanted = 'value';
  let at = skip(SPACE, text, 0);
  while (at < text.length) {
    const letter = text[at];
    const closer = closers.at(-1);
    const isClosing = letter === closer && (wanted === 'comma or end' || wanted.endsWith('or end'));
    if (isClosing) {
      closers.pop();
      at += 1;
      wanted = closers.length === 0 ? 'end' : 'comma or end';
    } else if (wanted === 'comma or end' && letter === ',') {
      at += 1;
      wanted = closer === '}' ? 'name' : 'value';
    } else if (wanted === 'colon' && letter === ':') {
      at += 1;
      wanted = 'value';
    } else if (wanted === 'name' || wanted === 'name or end') {
      const end = letter === '"' ? endOfText(text, at) : { at, expected: wordsFor(wanted, closer) };
      if (typeof end !== 'number') return end;
      at = end;
      wanted = 'colon';
    } else if (wanted === 'value' || wanted === 'value or end') {
      if (letter === '{' || letter === '[') {
        closers.push(letter === '{' ? '}' : ']');
        at += 1;
        wanted = letter === '{' ? 'name or end' : 'value or end';
      } else {
        const end = endOfScalar(text, at, wordsFor(wanted, closer));
        if (typeof end !== 'number') return end;
        at = end;
        wanted = closers.length === 0 ? 'end' : 'comma or end';
      }
    } else return { at, expected: wordsFor(wanted, closer) };
    at = skip(SPACE, text, at);
  }
  return wanted === 'end' ? undefined : { at, expected: wordsFor(wanted, closers.at(-1)) };
};

const wordsFor = (wanted: Wanted, closer = ']'): string => {
  switch (wanted) {
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

/** The index after a text, a number or a word. */
const endOfScalar = (text: string, at: number, expected: string): number | SyntaxFault => {
  if (text[at] === '"') return endOfText(text, at);
  const word = skip(LITERAL, text, at);
  if (word > at) return word;
  const end = skip(NUMBER, text, at);
  if (end === at) return text[at] === '-' ? { at: at + 1, expected: 'a digit' } : { at, expected };
  const [cut = ''] = /^(?:\.|[eE][+-]?)/.exec(text.slice(end, end + 2)) ?? [];
  return cut === '' ? end : { at: end + cut.length, expected: 'a digit' };
};

/** The index after the closing quote of the text that opens at `start`. */
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

/** The index after what a sticky pattern finds at an index; the index itself when that is nothing. */
const skip = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
};
