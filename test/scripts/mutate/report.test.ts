import { describe, expect, it } from 'vitest';
import { belowMinimum, type MutationOutcome, reportOf, sharesOf } from '#scripts/mutate/report.ts';

const outcome = (module: string, killedBy?: string): MutationOutcome => ({
  ...{
    file: `lib/${module}/a.ts`,
    line: 7,
    within: 'f',
    original: 'a <\n  b',
    replacement: 'a <= b',
  },
  ...{ module, killedBy, isReached: true },
});

/** So many mutants, of which so many are killed. */
const some = (module: string, total: number, killed: number) =>
  Array.from({ length: total }, (_, index) =>
    outcome(module, index < killed ? 'a test' : undefined),
  );

describe('the report', () => {
  it('names each survivor with its place and its change on one line, then the shares', () => {
    const report = reportOf([outcome('engine'), outcome('engine', 'a test')]);

    expect(report.split('\n')).toEqual([
      'lib/engine/a.ts:7 f: a < b  →  a <= b',
      '',
      expect.stringMatching(/^engine +1 of 2 +50\.0 %$/),
    ]);
  });

  it('says when no test runs the code', () => {
    expect(reportOf([{ ...outcome('engine'), isReached: false }])).toContain('(no test runs it)');
  });

  it('fails a core module below 90 %, and no other module', () => {
    const outcomes = [
      ...some('engine', 10, 9),
      ...some('http', 100, 89),
      ...some('jobs', 10, 1),
      ...some('terraform', 10, 1),
    ];

    expect(belowMinimum(sharesOf(outcomes)).map(({ module }) => module)).toEqual(['http']);
  });

  it('fails a folder of Terraform with one survivor', () => {
    const outcomes = [
      ...some('terraform/modules/queue', 10, 10),
      ...some('terraform/modules/table', 100, 99),
    ];

    expect(belowMinimum(sharesOf(outcomes))).toMatchObject([
      { module: 'terraform/modules/table', minimum: 100 },
    ]);
  });
});
