import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closingLine,
  failureLine,
  tallyOfLines,
  tallyOfReport,
  withRunnerFailure,
} from '#scripts/test/tally.ts';

const tally = (passed: number, failed: number, skipped = 0) => ({ passed, failed, skipped });

describe('a count', () => {
  it('is read from the JSON report of vitest, where pending and todo are skipped', () => {
    const report = {
      ...{ numPassedTests: 5, numFailedTests: 2, numPendingTests: 1, numTodoTests: 3 },
      testResults: [],
    };

    expect(tallyOfReport(JSON.stringify(report))).toMatchObject(tally(5, 2, 4));
  });

  it('contains the failed tests, and the files that did not load, with their errors', () => {
    const test = (fullName: string, status: string, ...failureMessages: string[]) => {
      return { fullName, status, failureMessages };
    };
    const report = {
      ...{ numPassedTests: 1, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 },
      testResults: [
        {
          ...{ name: resolve('test/a.test.ts'), status: 'failed' },
          assertionResults: [
            test('a sum is right', 'passed'),
            test('a sum is small', 'failed', 'expected 3\nto be 2'),
          ],
        },
        {
          ...{ name: resolve('test/b.test.ts'), status: 'failed', message: 'no such import' },
          assertionResults: [],
        },
      ],
    };

    const { failed, failures = [] } = tallyOfReport(JSON.stringify(report));

    expect(failed).toBe(2);
    expect(failures).toEqual([
      'test/b.test.ts > the file itself\n    no such import',
      'test/a.test.ts > a sum is small\n    expected 3\n    to be 2',
    ]);
    expect(failures.map(failureLine)).toEqual([
      'test/b.test.ts > the file itself: no such import',
      'test/a.test.ts > a sum is small: expected 3',
    ]);
  });

  it('ends with the test that failed first, because it often caused the others', () => {
    const file = (name: string, startTime: number, ...tests: string[]) => ({
      ...{ name: resolve(name), status: 'failed', startTime },
      assertionResults: tests.map((fullName) => ({ fullName, status: 'failed' })),
    });
    const report = {
      ...{ numPassedTests: 0, numFailedTests: 4, numPendingTests: 0, numTodoTests: 0 },
      testResults: [
        file('test/a.test.ts', 300, 'third'),
        file('test/b.test.ts', 100, 'first', 'second'),
        file('test/c.test.ts', 0),
      ],
    };

    const { failures = [] } = tallyOfReport(JSON.stringify(report));

    expect(failures.map((failure) => failure.split('\n')[0])).toEqual([
      'test/c.test.ts > the file itself',
      'test/a.test.ts > third',
      'test/b.test.ts > second',
      'test/b.test.ts > first',
    ]);
  });

  it('contains the seed of a failed property, however long its counterexample is', () => {
    let message = '';
    try {
      const long = fc.string({ minLength: 50_000, maxLength: 60_000 });
      fc.assert(
        fc.property(long, () => false),
        { seed: 5, endOnFailure: true },
      );
    } catch (error) {
      message = String((error as Error).stack);
    }
    const assertionResults = [{ fullName: 'a', status: 'failed', failureMessages: [message] }];
    const report = {
      ...{ numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 },
      testResults: [{ name: resolve('test/a.test.ts'), status: 'failed', assertionResults }],
    };

    const [failure = ''] = tallyOfReport(JSON.stringify(report)).failures ?? [];

    expect(failure).toMatch(/seed: 5, path: "\d/);
    expect(failure.length).toBeLessThan(7_000);
  });

  it('is not read from a report of another shape', () => {
    expect(() => tallyOfReport('{"numPassedTests":5}')).toThrow();
  });

  it.each([
    ['terraform: 4 passed, 0 failed\n', tally(4, 0)],
    ['1 passed, 1 failed\nmore\nterraform: 3 passed, 2 failed, 1 skipped\nend\n', tally(3, 2, 1)],
    ['Success! 4 passed, 0 failed.\n', undefined],
    ['', undefined],
  ])('of a runner that printed %j is %j', (output, expected) => {
    expect(tallyOfLines(output)).toEqual(expected);
  });
});

describe('a runner', () => {
  it.each([
    ['passed', tally(3, 0), 0, tally(3, 0)],
    ['had failures', tally(3, 2), 1, tally(3, 2)],
    ['ended badly though no test failed', tally(3, 0, 1), 1, tally(3, 1, 1)],
    ['was killed before it counted', undefined, -1, tally(0, 1)],
    ['ended well but counted nothing', undefined, 0, tally(0, 1)],
  ])('that %s is withRunnerFailure by count and exit code', (_, counted, code, expected) => {
    expect(withRunnerFailure(counted, { name: 'some tests', code, output: '' })).toMatchObject(
      expected,
    );
  });

  it.each([
    {
      when: 'an error that no test caught',
      output: '✓ a\n⎯⎯ \u001b[31mUnhandled Errors\u001b[39m ⎯⎯\nError: late\n\nTests 3 passed\n',
      lines: ['⎯⎯ Unhandled Errors ⎯⎯', 'Error: late', 'Tests 3 passed'],
    },
    {
      when: 'too little coverage',
      output: 'Error: of a test that wants one\nERROR: Coverage for lines (91%) is too small\n',
      lines: ['ERROR: Coverage for lines (91%) is too small'],
    },
    {
      when: 'a run of Terraform',
      output: '  run "a"... pass\n  run "b"... fail\n│ Error: Test assertion failed\n',
      lines: ['  run "b"... fail', '│ Error: Test assertion failed'],
    },
    {
      when: 'a folder that Terraform could not read',
      output: '== modules/queue\n│ Error: Invalid block\n',
      lines: ['│ Error: Invalid block'],
    },
    { when: 'something else', output: '1\n2\n', lines: ['1', '2'] },
  ])(
    'that failed without a list of failures gets the lines with the reason: $when',
    ({ output, lines }) => {
      const { failures } = withRunnerFailure(tally(3, 0), { name: 'some tests', code: 1, output });

      expect(failures).toEqual([
        ['some tests, exit code 1', ...lines.map((line) => `    ${line}`)].join('\n'),
      ]);
    },
  );

  it('gets no other failure when it lists its failures', () => {
    const named = { ...tally(3, 1), failures: ['a > b'] };

    expect(withRunnerFailure(named, { name: 'some tests', code: 1, output: 'Error: b' })).toEqual(
      named,
    );
  });

  it('has no failure when it succeeded', () => {
    const ended = { name: 'some tests', code: 0, output: 'Error: wanted' };

    expect(withRunnerFailure(tally(3, 0), ended)).toEqual(tally(3, 0));
  });
});

describe('the closing line', () => {
  it('contains the sums of all runners', () => {
    expect(closingLine([tally(3, 0), tally(4, 1), tally(0, 1)])).toBe('7 passed, 2 failed');
  });

  it('contains the number of skipped tests only when it is not 0', () => {
    expect(closingLine([tally(3, 0, 1), tally(4, 0, 2)])).toBe('7 passed, 0 failed, 3 skipped');
  });
});
