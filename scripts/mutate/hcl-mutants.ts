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

/**
 * Every mutant of a formatted file, in the order of the source: numbers by one, booleans, strings that hold no
 * expression, elements of lists, operators, and attributes of one line removed.
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
