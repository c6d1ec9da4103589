import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonProblem } from '#lib/platform/json-problem.ts';
import { cpuGrowth, MORE_THAN_LINEAR } from '#test/support/cpu.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('jsonProblem', () => {
  it.each([
    { text: '', place: 'line 1, column 1, where it ends', expected: 'a value' },
    { text: '  \n', place: 'line 2, column 1, where it ends', expected: 'a value' },
    {
      text: '{',
      place: 'line 1, column 2, where it ends',
      expected: 'a property name in double quotes or "}"',
    },
    { text: '{"a"', place: 'line 1, column 5, where it ends', expected: '":"' },
    { text: '{"a":', place: 'line 1, column 6, where it ends', expected: 'a value' },
    { text: '{"a":1', place: 'line 1, column 7, where it ends', expected: '"," or "}"' },
    {
      text: '{"a":1,',
      place: 'line 1, column 8, where it ends',
      expected: 'a property name in double quotes',
    },
    { text: '{"a":}', place: 'line 1, column 6', expected: 'a value' },
    { text: '{"a" 1}', place: 'line 1, column 6', expected: '":"' },
    { text: '{"a":1 "b":2}', place: 'line 1, column 8', expected: '"," or "}"' },
    { text: '{"a":1,}', place: 'line 1, column 8', expected: 'a property name in double quotes' },
    { text: '{,}', place: 'line 1, column 2', expected: 'a property name in double quotes or "}"' },
    {
      text: "{'a':1}",
      place: 'line 1, column 2',
      expected: 'a property name in double quotes or "}"',
    },
    {
      text: '{a:1}',
      place: 'line 1, column 2',
      expected: 'a property name in double quotes or "}"',
    },
    { text: '{"a":1]', place: 'line 1, column 7', expected: '"," or "}"' },
    { text: '[', place: 'line 1, column 2, where it ends', expected: 'a value or "]"' },
    { text: '[1', place: 'line 1, column 3, where it ends', expected: '"," or "]"' },
    { text: '[1,]', place: 'line 1, column 4', expected: 'a value' },
    { text: '[1 2]', place: 'line 1, column 4', expected: '"," or "]"' },
    { text: '[1}', place: 'line 1, column 3', expected: '"," or "]"' },
    { text: '[,]', place: 'line 1, column 2', expected: 'a value or "]"' },
    { text: '{} {}', place: 'line 1, column 4', expected: 'nothing more' },
    { text: '1 2', place: 'line 1, column 3', expected: 'nothing more' },
    { text: ']', place: 'line 1, column 1', expected: 'a value' },
    { text: 'nul', place: 'line 1, column 1', expected: 'a value' },
    { text: 'True', place: 'line 1, column 1', expected: 'a value' },
    { text: 'undefined', place: 'line 1, column 1', expected: 'a value' },
    { text: '[NaN]', place: 'line 1, column 2', expected: 'a value or "]"' },
    { text: 'nullx', place: 'line 1, column 5', expected: 'nothing more' },
    {
      text: '{ // note\n}',
      place: 'line 1, column 3',
      expected: 'a property name in double quotes or "}"',
    },
    { text: '01', place: 'line 1, column 2', expected: 'nothing more' },
    { text: '[1.]', place: 'line 1, column 4', expected: 'a digit' },
    { text: '[.5]', place: 'line 1, column 2', expected: 'a value or "]"' },
    { text: '[+1]', place: 'line 1, column 2', expected: 'a value or "]"' },
    { text: '[-]', place: 'line 1, column 3', expected: 'a digit' },
    { text: '[1e]', place: 'line 1, column 4', expected: 'a digit' },
    { text: '[1e+]', place: 'line 1, column 5', expected: 'a digit' },
    { text: '[1-1]', place: 'line 1, column 3', expected: '"," or "]"' },
    { text: '0x10', place: 'line 1, column 2', expected: 'nothing more' },
    { text: '"a', place: 'line 1, column 3, where it ends', expected: 'a closing double quote' },
    {
      text: '"a\nb"',
      place: 'line 1, column 3',
      expected: 'an escape such as \\n for a control character',
    },
    {
      text: '"\\x41"',
      place: 'line 1, column 3',
      expected: 'one of " \\ / b f n r t u after a backslash',
    },
    {
      text: '"\\',
      place: 'line 1, column 3, where it ends',
      expected: 'one of " \\ / b f n r t u after a backslash',
    },
    { text: '"\\u00g0"', place: 'line 1, column 6', expected: 'four hexadecimal digits after \\u' },
    { text: '[\u00a01]', place: 'line 1, column 2', expected: 'a value or "]"' },
    {
      text: '{\n  "a": 1,\n  "😀": 2\n  "b": 3\n}',
      place: 'line 4, column 3',
      expected: '"," or "}"',
    },
    { text: '{"😀": x}', place: 'line 1, column 7', expected: 'a value' },
  ])('says for $text that at $place it expected $expected', ({ text, place, expected }) => {
    expect(isJson(text)).toBe(false);
    expect(jsonProblem(text)).toBe(`is not valid JSON at ${place}: expected ${expected}`);
  });

  it.each(['\ufeff{}', '\ufeff', '\ufeff{'])(
    'says that %j begins with a byte order mark',
    (text) => {
      expect(jsonProblem(text)).toBe('begins with a byte order mark (BOM): send UTF-8 without one');
    },
  );

  it('finds a problem in exactly the texts that are not JSON', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value, null, 1));
    const piece = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"', '\\', '1', '0', '-', '+', '.', 'e', 'E', ' ', '\n'],
      ...['true', 'null', '\\u0041', '\\n', 'é', '\u0000', '\u00a0', '\ufeff', '"a"', '/'],
    );
    const spoilt = fc
      .tuple(json, fc.nat(), fc.nat({ max: 2 }), piece)
      .map(([text, place, dropped, put]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + put + text.slice(at + dropped);
      });
    const pieces = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));

    fc.assert(
      fc.property(fc.oneof(json, spoilt, pieces), (text) => {
        expect(jsonProblem(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    { what: 'brackets', make: (size: number) => '['.repeat(size) },
    { what: 'braces', make: (size: number) => '{"a":'.repeat(size / 8) },
    { what: 'backslashes', make: (size: number) => `"${'\\'.repeat(size + 1)}` },
    { what: 'escapes', make: (size: number) => `"${'\\u0041'.repeat(size / 8)}` },
    { what: 'digits', make: (size: number) => `${'1'.repeat(size)}x` },
    { what: 'blanks', make: (size: number) => ' '.repeat(size) },
    { what: 'line breaks', make: (size: number) => '\n'.repeat(size) },
    { what: 'numbers in a list', make: (size: number) => `[${'1,'.repeat(size / 2)}` },
  ])('reads $what in linear time (F68)', async ({ make }) => {
    expect(jsonProblem(make(8))).toBeDefined();
    expect(await cpuGrowth(make, jsonProblem)).toBeLessThan(MORE_THAN_LINEAR);
  });
});
