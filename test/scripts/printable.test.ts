import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { line, printable, printableLines } from '#scripts/printable.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';

const LINK = '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\';

describe('printable text', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['a link', LINK, LINK.replaceAll('\u001b', '\\u001b')],
    ['a control character of the second set', '\u009b2J\u0085', '\\u009b2J\\u0085'],
    ['a deletion', 'a\u007f\b', 'a\\u007f\\b'],
    ['a bell and NUL', '\u0007\0', '\\u0007\\u0000'],
    ['a line break', 'a\r\n12:00:00 sweeper', 'a\\r\\n12:00:00 sweeper'],
    ['other line breaks', 'a\v\f\u2028\u2029', 'a\\u000b\\f\\u2028\\u2029'],
    ['a direction override', '\u202egpj.exe\u2066\u2069', '\\u202egpj.exe\\u2066\\u2069'],
    ['direction marks', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
    [
      'characters without width',
      'ad\u200bmin\u2060\ufeff\u00ad',
      'ad\\u200bmin\\u2060\\ufeff\\u00ad',
    ],
    ['joiners outside of emoji', 'a\u200db\u200c', 'a\\u200db\\u200c'],
    ['a variation selector outside of emoji', 'a\ufe0f\u{e0100}', 'a\\ufe0f\\udb40\\udd00'],
    ['fillers', '\u3164\u115f', '\\u3164\\u115f'],
    ['tag characters', '\u{e0041}', '\\udb40\\udc41'],
    ['half a surrogate pair', '\ud83d!', '\\ud83d!'],
  ])('has %s escaped', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each([
    'Grüße',
    '日本語',
    'שלום',
    '👨‍👩‍👧',
    '❤️',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '1️⃣',
    '🧑🏽‍🚀',
    'e\u0301',
    'a\u00a0b',
    '\\n "x"',
  ])('keeps %s', (text) => {
    expect(printable(text)).toBe(text);
  });

  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(
        ...[
          '\u001b',
          '[',
          ']8;;',
          'm',
          '\u009d',
          '\u0007',
          '\n',
          '\r',
          '\u202e',
          '\u2066',
          '\u200b',
        ],
        ...['\u200d', '\ufe0f', '👩', '👨‍👩‍👧', '❤', 'a', '"', '\ud83d', '\udc00', '\u{e0061}'],
      ),
      maxLength: 40,
    }),
  );

  it('contains nothing unsafe, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = printable(text);

        expect(unsafeIn(shown)).toEqual([]);
        expect(stripVTControlCharacters(shown)).toBe(shown);
        expect(printable(shown)).toBe(shown);
      }),
      { numRuns: 2_000 },
    );
  });

  it('contains the whole text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = printable(text.replaceAll('\\', '/'));

        expect(JSON.parse(`"${shown.replaceAll('"', '\\"')}"`)).toBe(text.replaceAll('\\', '/'));
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps the value of JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (value) => {
        expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
      }),
    );
  });
});

describe('printable lines', () => {
  it('keep only line breaks unescaped', () => {
    expect(printableLines('a\u001b[1m\r\nb\rc\n')).toBe('a\\u001b[1m\nb\\rc\n');
  });
});

describe('a line', () => {
  it('escapes its values, but not the text between them', () => {
    expect(line`\u001b[1m${'\u001b[2m\n'}\n${7}`).toBe('\u001b[1m\\u001b[2m\\n\n7');
  });
});
