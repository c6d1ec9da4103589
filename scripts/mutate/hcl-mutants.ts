/** The small changes of Terraform code that tests must detect. */
import { oneLine } from './equivalent.ts';
import type { Mutant } from './mutants.ts';

/** Texts for people, names and versions. */
const SKIPPED_ATTRIBUTE =
  /^\s*(description|error_message|alarm_description|label|sid|type|version|source|required_version|id|key|depends_on|statement_id)\s*=|^\s*dynamic /;
const SKIPPED_FILE = /(versions|outputs)\.tf$/;
const ATTRIBUTE = /^(\s*)("[^"]+"|[\w.-]+|\([^)]*\))\s*=\s*([^=>].*)$/;
const HEADER = /^(resource|data|module|variable|output|locals|check|terraform)\b(.*?)\{/;

const OPPOSITE: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '&&': '||',
  '||': '&&',
  '>': '>=',
  '>=': '>',
  '<': '<=',
  '<=': '<',
};

/** Fixed values of an argument, and another valid one: Terraform accepts the change, so only an assertion detects it. */
const OTHER_VALUE: Readonly<Record<string, string>> = {
  '"ACTIVE"': '"INACTIVE"',
  '"AES256"': '"aws:kms"',
  '"Active"': '"PassThrough"',
  '"BucketOwnerEnforced"': '"ObjectWriter"',
  '"Deny"': '"Allow"',
  '"ENABLED"': '"DISABLED"',
  '"ESSENTIALS"': '"LITE"',
  '"Enabled"': '"Disabled"',
  '"KEYS_ONLY"': '"ALL"',
  '"OPTIONAL"': '"OFF"',
  '"PAY_PER_REQUEST"': '"PROVISIONED"',
  '"breaching"': '"ignore"',
  '"critical"': '"warning"',
  '"days"': '"hours"',
  '"false"': '"true"',
  '"hours"': '"days"',
  '"info"': '"warning"',
  '"notBreaching"': '"ignore"',
  '"true"': '"false"',
  '"warning"': '"info"',
};

const NUMBER = String.raw`\d+(?:\.\d+)?`;
/** A number of a text: the whole text, or a number of an expression such as `rate(1 minute)`, `IF(a > 5, 1, 0)`, `{1,64}`. */
const NUMBER_IN_TEXT = new RegExp(`(?<=^")${NUMBER}(?="$)|(?<=[\\s({,])${NUMBER}(?=[\\s)},])`, 'g');

/** Whether a mutant changes a number, a boolean or a fixed value. An assertion must detect each of these. */
export const isOfValue = ({ original }: Pick<Mutant, 'original'>): boolean =>
  /^(\d|true$|false$)/.test(original) || original in OTHER_VALUE;

/**
 * Every mutant of a formatted file, in the order of the source: numbers by one, booleans, fixed values, strings that hold
 * no expression, elements of lists, operators, and attributes of one line removed.
 */
export const hclMutantsOf = (file: string, source: string): Mutant[] => {
  if (SKIPPED_FILE.test(file)) return [];
  const found: Mutant[] = [];
  let within = '';
  let offset = 0;
  for (const [index, text] of source.split('\n').entries()) {
    const header = HEADER.exec(text);
    if (header !== null) within = oneLine(`${header[1]}${header[2]}`).replaceAll('"', '');
    const code = withoutComment(text);
    if (header === null && !SKIPPED_ATTRIBUTE.test(code)) {
      for (const { at, original, replacement } of changesOf(code)) {
        const start = offset + at;
        const place = { file, start, end: start + original.length, line: index + 1, within };
        found.push({ ...place, original, replacement, shape: 'expression' });
      }
    }
    offset += text.length + 1;
  }
  return found;
};

interface Change {
  at: number;
  original: string;
  replacement: string;
}

const changesOf = (code: string): Change[] => {
  const changes: Change[] = [];
  const [, indent = '', , value] = ATTRIBUTE.exec(code) ?? [];
  // A line that opens a bracket ends elsewhere.
  if (value !== undefined && isWhole(value)) {
    changes.push({ at: indent.length, original: code.trim(), replacement: '' });
  }
  const from = value === undefined ? 0 : code.length - value.length;
  const tokens = code.slice(from).matchAll(TOKEN);
  for (const { 0: token, index } of tokens) {
    const numbers = token.startsWith('"') ? [...token.matchAll(NUMBER_IN_TEXT)] : [];
    for (const { 0: number, index: within } of numbers) {
      const at = from + index + within;
      changes.push({ at, original: number, replacement: String(Number(number) + 1) });
    }
    if (numbers.length > 0) continue;
    const replacement = replacementOf(token);
    if (replacement !== undefined) changes.push({ at: from + index, original: token, replacement });
  }
  for (const list of code.slice(from).matchAll(/\[("[^"\]]*"(?:, "[^"\]]*")+)\]/g)) {
    const elements = (list[1] ?? '').split(', ');
    for (const element of elements) {
      const others = elements.filter((other) => other !== element).join(', ');
      changes.push({ at: from + list.index, original: list[0], replacement: `[${others}]` });
    }
  }
  return changes;
};

const TOKEN =
  /"(?:[^"\\]|\\.)*"|(?<![\w.-])\d+(?:\.\d+)?(?![\w.-])|\b(?:true|false)\b|[=!<>]=|&&|\|\||(?<![=<>-])[<>](?!=)/g;

const replacementOf = (token: string): string | undefined => {
  if (token === 'true' || token === 'false') return token === 'true' ? 'false' : 'true';
  if (/^\d/.test(token)) return String(Number(token) + 1);
  if (!token.startsWith('"')) return OPPOSITE[token];
  if (token in OTHER_VALUE) return OTHER_VALUE[token];
  // A text with an expression, for people, or that only names an entry.
  if (token.includes('${') || /\S\s+\S/.test(token) || token === '""') return undefined;
  return '"mutant"';
};

const isWhole = (value: string): boolean => {
  const outside = value.replace(/"(?:[^"\\]|\\.)*"/g, '');
  const count = (characters: RegExp) => (outside.match(characters) ?? []).length;
  return count(/[[({]/g) === count(/[\])}]/g) && !/[?:&|]\s*$/.test(outside);
};

const withoutComment = (text: string): string =>
  /^\s*#/.test(text) ? '' : text.replace(/\s+#[^"]*$/, '');
