/** A block of a file: `resource "aws_sqs_queue" "dlq" { … }`. */
export interface Block extends Body {
  type: string;
  labels: string[];
}

export interface Body {
  /** The expressions as text, by attribute. */
  attributes: Map<string, string>;
  blocks: Block[];
}

const CLOSES: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };

/**
 * The structure of formatted HCL: blocks, and attributes whose expressions stay text. The content of an object
 * expression can be parsed in the same way.
 * @throws Error where the text cannot be parsed
 */
export const readHcl = (text: string): Body => {
  const body: Body = { attributes: new Map(), blocks: [] };
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const name = /^(?:[\w-]+|"[^"]*"|\([^)]*\))/.exec(text.slice(at))?.[0];
    if (name === undefined) throw new Error(`not HCL: ${text.slice(at, at + 40)}`);
    const assigned = /^\s*=(?![=>])\s*/.exec(text.slice(at + name.length));
    if (assigned) {
      const start = at + name.length + assigned[0].length;
      at = endOfExpression(text, start);
      body.attributes.set(unquoted(name), text.slice(start, at).trim());
    } else {
      const open = text.indexOf('{', at);
      const close = endOfBracket(text, open);
      const labels = text.slice(at + name.length, open).match(/[\w-]+/g) ?? [];
      body.blocks.push({ type: name, labels, ...readHcl(text.slice(open + 1, close)) });
      at = close + 1;
    }
    at = skipSpace(text, at);
  }
  return body;
};

/** The entries of an object expression `{ key = expression … }`; of `merge(…)` those of its last object. */
export const entriesOf = (expression: string): Map<string, string> => {
  const open = expression.startsWith('{') ? 0 : expression.indexOf(' {') + 1;
  return readHcl(expression.slice(open + 1, endOfBracket(expression, open))).attributes;
};

/** Every string in an expression, without its quotes. */
export const stringsIn = (expression: string): string[] =>
  (expression.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map(unquoted);

export const unquoted = (text: string): string => text.replace(/^"(.*)"$/s, '$1');

const skipSpace = (text: string, from: number): number =>
  from + (/^(?:[\s,]|#[^\n]*)*/.exec(text.slice(from))?.[0].length ?? 0);

const endOfExpression = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== ',') at = stepOver(text, at);
  return at;
};

const endOfBracket = (text: string, open: number): number => {
  const closing = CLOSES[text[open] ?? ''];
  let at = open + 1;
  while (text[at] !== closing) {
    if (closing === undefined || at >= text.length) throw new Error('a bracket stays open');
    at = stepOver(text, at);
  }
  return at;
};

/** Skip one character, or a whole string, comment or bracket that starts here. */
const stepOver = (text: string, at: number): number => {
  const char = text[at] ?? '';
  if (char === '"') return endOfString(text, at);
  if (char === '#') return text.indexOf('\n', at);
  return char in CLOSES ? endOfBracket(text, at) + 1 : at + 1;
};

const endOfString = (text: string, open: number): number => {
  let at = open + 1;
  while (text[at] !== '"') {
    if (at >= text.length) throw new Error('a string stays open');
    if (text[at] === '\\') at += 2;
    else if (text.startsWith('${', at)) at = endOfBracket(text, at + 1) + 1;
    else at += 1;
  }
  return at + 1;
};
