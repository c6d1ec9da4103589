import { describe, expect, it } from 'vitest';
import { applyDiff, isApplied } from '#scripts/recipes/apply-diff.ts';

const TEXT = 'first\nsecond\nthird\n';

describe('a diff without line numbers', () => {
  it.each([
    {
      does: 'adds a line after another',
      diff: ' second\n+new\n',
      expected: 'first\nsecond\nnew\nthird\n',
    },
    {
      does: 'adds a line at the start',
      diff: '+new\n first\n',
      expected: 'new\nfirst\nsecond\nthird\n',
    },
    {
      does: 'adds a line at the end',
      diff: ' third\n+new\n',
      expected: 'first\nsecond\nthird\nnew\n',
    },
    { does: 'replaces a line', diff: '-second\n+2nd $&\n', expected: 'first\n2nd $&\nthird\n' },
    { does: 'removes a line', diff: ' first\n-second\n third\n', expected: 'first\nthird\n' },
    {
      does: 'changes two places',
      diff: '-first\n+1st\n@@\n-third\n+3rd\n',
      expected: '1st\nsecond\n3rd\n',
    },
  ])('$does', ({ diff, expected }) => {
    expect(applyDiff(TEXT, diff)).toBe(expected);
    expect(isApplied(TEXT, diff)).toBe(false);
  });

  it.each([
    { says: 'is not there', diff: ' fourth\n+new\n', times: 0 },
    { says: 'is part of a line', diff: ' seco\n+new\n', times: 0 },
    { says: 'is there twice', diff: ' twice\n+new\n', times: 2 },
  ])('refuses a place that $says', ({ diff, times }) => {
    const text = `${TEXT}twice\n--\ntwice\n`;

    expect(() => applyDiff(text, diff)).toThrow(`these lines are there ${times} times`);
  });

  it('is applied when each of its places looks as it should afterwards', () => {
    const diff = ' first\n+new\n@@\n-third\n+3rd\n';
    const after = applyDiff(TEXT, diff);

    expect(isApplied(after, diff)).toBe(true);
    expect(isApplied(after.replace('3rd', 'third'), diff)).toBe(false);
  });
});
