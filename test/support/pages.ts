import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const FENCE = /^ *```(\w*)\n([\s\S]*?)^ *```$/gm;

/** A row of a table, by the name of the column. */
export type PageRow = Record<string, string>;

/** The text of a file of the repository. */
export const fileText = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** A page without its blocks of code. */
export const proseOf = (page: string): string => fileText(page).replace(FENCE, '');

/** The texts in `…`. */
export const spansOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);

/** The blocks of code in a language. */
export const blocksOf = (page: string, language: string): string[] =>
  [...fileText(page).matchAll(FENCE)]
    .filter(([, named]) => named === language)
    .map(([, , code = '']) => code);

/**
 * The rows of the table that has these columns.
 * @throws Error if the page has no such table
 */
export const tableOf = (page: string, ...columns: string[]): PageRow[] => {
  const lines = proseOf(page).split('\n');
  const start = lines.findIndex(
    (line) => line.startsWith('|') && columns.every((column) => cellsOf(line).includes(column)),
  );
  if (start === -1) throw new Error(`${page} has no table of ${columns.join(', ')}`);
  return rowsFrom(lines, start);
};

const cellsOf = (line = '') =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The rows of the table whose head is this line. */
const rowsFrom = (lines: readonly string[], start: number): PageRow[] => {
  const head = cellsOf(lines[start]);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines
    .slice(start + 2, length === -1 ? undefined : start + length)
    .map((line) => Object.fromEntries(cellsOf(line).map((cell, index) => [head[index], cell])));
};

/**
 * The rows of all tables of a page that have exactly these columns.
 * @throws Error if the page has no such table
 */
export const tablesOf = (page: string, ...columns: string[]): PageRow[] => {
  const lines = proseOf(page).split('\n');
  const starts = lines.flatMap((line, index) =>
    line === `| ${columns.join(' | ')} |` ? [index] : [],
  );
  if (starts.length === 0) throw new Error(`${page} has no table of ${columns.join(', ')}`);
  return starts.flatMap((start) => rowsFrom(lines, start));
};

/** The texts in `…` of a cell. */
export const namesIn = (cell = ''): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** The texts in `…` of the first cell of each row. */
export const firstNames = (rows: readonly PageRow[]): string[] =>
  rows.flatMap((row) => namesIn(Object.values(row)[0]));
