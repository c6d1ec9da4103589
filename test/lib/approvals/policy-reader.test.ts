import { expect, it } from 'vitest';
import { policyReader } from '#lib/approvals/policy-reader.ts';
import { capturingLog } from '#test/support/log.ts';

const OPERATIONS = [
  { action: 'golf', operation: 'book_tee_time', effect: 'irreversible' },
] as const;
const STRICT = '{"golf.book_tee_time":{"max_per_day":0}}';
const TYPO = '{"golf.book_tee_time":{"max_per_dya":0}}';

const start = () => {
  const log = capturingLog();
  const read = policyReader(OPERATIONS);
  return {
    log,
    read: (text: string | undefined) => read({ text, isRead: true }, log),
    readNothing: () => read({ text: undefined, isRead: false }, log),
  };
};

it('allows nothing by itself while there is no parameter', () => {
  expect(start().read(undefined)).toEqual({});
});

it('keeps the last good policy while the parameter is malformed, and logs each malformed value once', () => {
  const { read, log } = start();
  read(STRICT);

  const policies = [read(TYPO), read(TYPO), read('{')];

  expect(policies.map((policy) => policy['golf.book_tee_time'])).toEqual(
    Array.from({ length: 3 }, () => ({ max_per_day: 0 })),
  );
  expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(2);
});

it('refuses while the first value is malformed, each time', () => {
  const { read } = start();

  for (const _ of [1, 2]) {
    expect(() => read(TYPO)).toThrow(
      expect.objectContaining({ kind: 'unavailable', code: 'CONFIG_UNAVAILABLE' }),
    );
  }
});

it('uses the corrected value after a malformed one', () => {
  const { read } = start();
  expect(() => read(TYPO)).toThrow('max_per_dya');

  expect(read(STRICT)).toEqual({ 'golf.book_tee_time': { max_per_day: 0 } });
});

it('refuses while the parameter was never read, because its limits are not known', () => {
  expect(() => start().readNothing()).toThrow(
    expect.objectContaining({ kind: 'unavailable', code: 'CONFIG_UNAVAILABLE' }),
  );
});

it('uses the default policy again after the parameter is deleted', () => {
  const { read } = start();
  read(STRICT);

  expect(read(undefined)).toEqual({});
});
