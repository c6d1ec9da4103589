import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileText, namesIn, tableOf } from '#test/support/pages.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SOURCE = globSync('{handlers,lib,middleware}/**/*.ts', { cwd: ROOT })
  .map(fileText)
  .join('\n');

/** Calls with a constant sentence as last argument, and the sentences of a table with their level. */
const CALLS = [
  /\.(info|warn|error)\(\s*(?:[^;]*?,\s*)?'([a-z][^'\n]+)'\s*,?\s*\)/g,
  /\blevel: '(info|warn|error)', sentence: '([^'\n]+)'/g,
];

/** As `<level> <sentence>`. */
const logged = new Set(
  CALLS.flatMap((call) =>
    [...SOURCE.matchAll(call)].map(([, level, sentence]) => `${level} ${sentence}`),
  ),
);

/** A row has one level for all of its sentences, or one for each. */
const listed = tableOf(
  'docs/architecture/observability-monitoring.md',
  'sentence',
  'level',
  'means',
).flatMap((row) => {
  const levels = row.level?.split(', ') ?? [];
  return namesIn(row.sentence).map((sentence, at) => `${levels[at] ?? levels[0]} ${sentence}`);
});

describe('the sentences of observability-monitoring.md', () => {
  it('have the level with which the code logs them', () => {
    expect(listed.filter((line) => !logged.has(line))).toEqual([]);
  });

  it('contain every sentence that the code logs as an error', () => {
    const errors = [...logged].filter((line) => line.startsWith('error '));

    expect(errors.length).toBeGreaterThan(20);
    expect(errors.filter((line) => !listed.includes(line))).toEqual([]);
  });
});
