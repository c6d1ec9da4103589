import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readable } from '#scripts/local/log-line.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';

/** Removes the colours that log lines have. Every other escape sequence stays. */
const ESCAPE = '\u001b';
const withoutColours = (text: string) => text.replace(new RegExp(`${ESCAPE}\\[\\d{1,2}m`, 'g'), '');

const line = (fields: Record<string, unknown>) =>
  stripVTControlCharacters(
    readable({
      name: 'processor',
      text: JSON.stringify({
        level: 'info',
        time: '2026-01-01T12:00:00.007Z',
        msg: 'it ran',
        ...fields,
      }),
    }),
  );

describe('a log line for people', () => {
  it('shows time, function, level and sentence before the fields', () => {
    expect(line({ duration_ms: 3 })).toMatch(
      /^\d\d:\d\d:\d\d\.007 processor +info +it ran duration_ms=3$/,
    );
  });

  it('shows the message and the error before other fields', () => {
    const text = line({ duration_ms: 3, error_code: 'DEADLINE', message_id: 'msg_1' });

    expect(text).toMatch(/message_id=msg_1 error_code=DEADLINE duration_ms=3$/);
  });

  it('omits metrics and the fields that are the same in every line', () => {
    const text = line({
      stage: 'dev',
      version: 'local',
      Stage: 'dev',
      MessagesCreated: 1,
      _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'MessagesCreated' }] }] },
    });

    expect(text).toMatch(/it ran$/);
  });

  it('shows an error with its causes, without stacks', () => {
    const err = {
      name: 'AppError',
      message: 'not sent',
      code: 'NTFY_DOWN',
      stack: 'at x',
      cause: { message: 'refused' },
    };

    expect(line({ err })).toMatch(/err=not sent \(NTFY_DOWN\) ← refused$/);
  });

  it('shortens a value that would fill the screen', () => {
    expect(line({ body: 'x'.repeat(5_000) }).length).toBeLessThan(300);
    expect(line({ body: '\u001b'.repeat(5_000) })).toMatch(/…$/);
    expect(line({ body: '\u001b'.repeat(5_000) }).length).toBeLessThan(300);
  });

  it.each([
    ['message completed status=failed', '"message completed status=failed"'],
    ['a "quoted" word', JSON.stringify('a "quoted" word')],
    ['two words', 'two words'],
    [{ a: 'b=c' }, '{"a":"b=c"}'],
    [{ message: { bytes: 9_000 } }, '{"message":{"bytes":9000}}'],
    [{ message: 'lost', code: 7 }, 'lost (7)'],
    [{ message: 'lost', code: { toString: 0 } }, JSON.stringify('lost ({"toString":0})')],
    [7, '7'],
    [null, 'null'],
  ])('quotes a text that could be taken for several fields: %j', (value, shown) => {
    expect(line({ value }).endsWith(` value=${shown}`)).toBe(true);
  });

  it('starts every line of other output with the name of the function', () => {
    const text = 'Error: x\n    at y\r\n12:00:00.000 sweeper      info  message completed';

    expect(stripVTControlCharacters(readable({ name: 'processor', text })).split('\n')).toEqual([
      '             processor    Error: x',
      '             processor        at y',
      '             processor    12:00:00.000 sweeper      info  message completed',
    ]);
  });

  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({
      unit: fc.constantFrom(
        ...[
          '\u001b',
          '[2J',
          ']8;;https://a\u0007',
          '\u009b',
          '\n',
          '\r',
          '\u2028',
          '\u202e',
          '\u200b',
        ],
        ...['12:00:00.000 sweeper', '=', '"', ' ', 'a', '👨‍👩‍👧', '\ud83d'],
      ),
      maxLength: 12,
    }),
  );

  it('is one line of visible characters and colours, whatever the log contains', () => {
    const fields = fc.record(
      {
        level: fc.oneof(fc.constantFrom('info', 'error', 'constructor'), anyText),
        time: fc.oneof(fc.constant('2026-01-01T12:00:00.007Z'), anyText, fc.jsonValue()),
        msg: fc.oneof(anyText, fc.jsonValue()),
        err: fc.record({ message: anyText, code: anyText, cause: fc.record({ message: anyText }) }),
        title: anyText,
        list: fc.array(anyText, { maxLength: 3 }),
        object: fc.dictionary(anyText, anyText, { maxKeys: 3 }),
        cut: fc.record({ message: fc.jsonValue(), code: fc.jsonValue(), cause: fc.jsonValue() }),
        any: fc.jsonValue(),
        _aws: fc.record({ CloudWatchMetrics: fc.jsonValue() }),
      },
      { requiredKeys: ['msg'] },
    );
    fc.assert(
      fc.property(fields, fc.dictionary(anyText, anyText, { maxKeys: 2 }), (known, unknown) => {
        const text = JSON.stringify({ ...unknown, ...known });
        const shown = withoutColours(readable({ name: 'sweeper', text }));

        expect(unsafeIn(shown)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has the name of the function in every line of text that is not JSON', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = readable({ name: 'sweeper', text: `x${text}` }).split('\n');

        for (const each of lines) {
          const shown = withoutColours(each);
          expect(shown).toMatch(/^ {13}sweeper {6}/);
          expect(unsafeIn(shown)).toEqual([]);
        }
      }),
    );
  });

  it.each(['Error: no JSON', '{"cut', '42', '{"msg'])('shows %s as it was printed', (text) => {
    expect(stripVTControlCharacters(readable({ name: 'sweeper', text }))).toMatch(
      new RegExp(`sweeper +${text.replace(/[{"]/g, '.')}$`),
    );
  });
});
