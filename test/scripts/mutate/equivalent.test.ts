import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/local/paths.ts';
import { EQUIVALENT, withoutEquivalent } from '#scripts/mutate/equivalent.ts';
import { hclMutantsOf } from '#scripts/mutate/hcl-mutants.ts';
import { mutantsOf } from '#scripts/mutate/mutants.ts';
import { sampled } from '#scripts/mutate/sample.ts';

const mutantsIn = (file: string) => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return file.endsWith('.tf') ? hclMutantsOf(file, source) : mutantsOf(file, source);
};

describe('withoutEquivalent', () => {
  const mutants = mutantsOf('lib/a.ts', 'const f = () => ({\n  a,\n  b,\n});');
  const entry = {
    file: 'lib/a.ts',
    original: '{ a, b, }',
    replacement: '{ b }',
    reason: 'nobody reads a',
  };

  it('leaves out a listed mutant, however the code is formatted', () => {
    const { mutants: left, unmatched } = withoutEquivalent(mutants, [entry]);

    expect(unmatched).toEqual([]);
    expect(left.map(({ replacement }) => replacement)).toEqual(['undefined', '{ a }']);
  });

  it.each([
    { ...entry, file: 'lib/b.ts' },
    { ...entry, within: 'g' },
    { ...entry, original: '{ a, c }' },
    { ...entry, replacement: '{ a, b, c }' },
  ])('reports an entry that matches nothing', (changed) => {
    const { mutants: left, unmatched } = withoutEquivalent(mutants, [changed]);

    expect(unmatched).toEqual([changed]);
    expect(left).toEqual(mutants);
  });

  it('finds each entry of the list in the code of today', () => {
    const files = [...new Set(EQUIVALENT.map(({ file }) => file))];
    const all = files.flatMap((file) => mutantsIn(file));

    expect(withoutEquivalent(all, EQUIVALENT).unmatched).toEqual([]);
  });
});

describe('sampled', () => {
  const all = Array.from({ length: 100 }, (_, index) => index);

  it('chooses the same for the same seed, and others for another one', () => {
    expect(sampled(all, 10, 7)).toEqual(sampled(all, 10, 7));
    expect(sampled(all, 10, 7)).not.toEqual(sampled(all, 10, 8));
  });

  it('chooses each at most once, and all when there are few', () => {
    expect(sampled(all, 500, 1).toSorted((a, b) => a - b)).toEqual(all);
  });
});
