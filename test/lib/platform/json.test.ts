import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '#lib/platform/json.ts';
import { cpuGrowth, MORE_THAN_LINEAR } from '#test/support/cpu.ts';

const paths = (text: string) => scanJson(text).map(({ path }) => path);

/** `depth` nested arrays. */
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('scanJson', () => {
  it.each([
    { what: 'a key given twice', text: '{"a":{"b":1,"c":2,"b":3}}', path: 'a.b' },
    { what: 'a key given twice, once escaped', text: String.raw`{"a":1,"\u0061":2}`, path: 'a' },
    { what: 'a key given twice in a list', text: '[0,[{"x":1,"x":1}]]', path: '1.0.x' },
    { what: '__proto__', text: '{"payload":{"__proto__":{}}}', path: 'payload.__proto__' },
    {
      what: '__proto__, escaped',
      text: String.raw`{"\u005f_proto__":1}`,
      path: '__proto__',
    },
    {
      what: 'constructor.prototype',
      text: '{"constructor":{"prototype":{}}}',
      path: 'constructor.prototype',
    },
    { what: 'a key without characters', text: '{"a":{"":1}}', path: 'a.' },
    { what: 'a lone surrogate', text: String.raw`{"a":["x","\ud83d"]}`, path: 'a.1' },
    { what: 'a lone low surrogate', text: String.raw`{"a":"\ude00 "}`, path: 'a' },
    { what: 'a lone surrogate in a key', text: String.raw`{"\ud83d":1}`, path: '\ufffd' },
    { what: 'a lone surrogate as it is', text: '{"a":"\ud83d"}', path: 'a' },
    { what: '1e400', text: '{"a":{"n":1e400}}', path: 'a.n' },
    { what: '-1e400', text: '{"a":-1e400}', path: 'a' },
    { what: 'a number too small', text: '[1e-131]', path: '0' },
    { what: 'a number that becomes zero', text: '[1e-400]', path: '0' },
    { what: 'an integer that would be rounded', text: '{"id":9007199254740993}', path: 'id' },
    { what: 'too deep', text: `{"a":${nested(20)}}`, path: `a${'.0'.repeat(19)}` },
  ])('returns the path of $what', ({ text, path }) => {
    expect(paths(text)).toEqual([path]);
  });

  it.each([
    { what: 'a depth of 20', text: nested(20) },
    { what: 'the same key at different places', text: '{"a":{"a":1},"b":[{"a":1},{"a":2}]}' },
    { what: 'constructor alone', text: '{"constructor":"x","prototype":{}}' },
    { what: 'a whole character beyond the basic plane', text: String.raw`["\ud83d\ude00","😀"]` },
    { what: 'minus zero', text: '[-0,-0.0e5]' },
    { what: 'the largest integer', text: '[9007199254740991,-9007199254740991,0.1,1E+2]' },
    { what: 'brackets and quotes in a text', text: String.raw`{"a":"}{][\"\\"}` },
    { what: 'a bare value', text: '"x"' },
  ])('accepts $what', ({ text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(scanJson(text)).toEqual([]);
  });

  it('returns every problem, up to twenty', () => {
    expect(paths('{"__proto__":1,"a":1e999,"a":1}')).toEqual(['__proto__', 'a', 'a']);
    expect(paths(`[${'1e999,'.repeat(100)}0]`)).toHaveLength(20);
  });

  it.each([
    { text: JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_, n) => [n, n]))) },
    { text: JSON.stringify({ list: Array.from({ length: 11 }, (_, n) => n) }) },
    { text: JSON.stringify({ a: { b: { c: 1 } }, list: Array(9).fill({}) }) },
  ])('counts properties and list items at every place: $text', ({ text }) => {
    expect(scanJson(text, { maxMembers: 10 })).toEqual([
      { path: '', problem: 'has more than 10 properties and list items' },
    ]);
    expect(scanJson(text, { maxMembers: 12 })).toEqual([]);
  });

  it('accepts every value that JSON keeps unchanged (F69)', () => {
    const kept = fc
      .double({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1, noNaN: true })
      .map((n) => (Math.abs(n) < 1e-130 ? 0 : n));
    const key = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => text !== '__proto__' && text !== 'prototype');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.string({ unit: 'grapheme' }),
        kept,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (anything, indent) => {
        expect(scanJson(JSON.stringify(anything, null, indent))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds a duplicate key at any place', () => {
    const place = fc.array(fc.oneof(fc.constant('list'), fc.string({ minLength: 1 })), {
      maxLength: 15,
    });
    fc.assert(
      fc.property(place, (steps) => {
        const inside = steps
          .filter((step) => step !== '__proto__' && step !== 'prototype')
          .reduceRight(
            (inner, step) =>
              step === 'list' ? `[0,${inner}]` : `{${JSON.stringify(step)}:${inner}}`,
            '{"k":1,"k":2}',
          );
        expect(scanJson(inside).map(({ problem }) => problem)).toEqual(['is given twice']);
      }),
    );
  });

  it('never throws and never hangs for any text (F68)', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '1',
      '-',
      'e',
      'é',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 200 }), (text) => {
        scanJson(text.join(''));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    { what: 'brackets', make: (size: number) => '['.repeat(size) },
    { what: 'keys', make: (size: number) => `{${numbers(size / 8).map((n) => `"${n}":1`)}}` },
    { what: 'backslashes', make: (size: number) => `"${'\\'.repeat(size)}"` },
    { what: 'digits', make: (size: number) => '1'.repeat(size) },
    { what: 'quotes', make: (size: number) => '"'.repeat(size) },
    { what: 'the same key', make: (size: number) => `{${'"a":1,'.repeat(size / 8)}"a":1}` },
    { what: 'numbers in a list', make: (size: number) => `[${'1,'.repeat(size / 2)}1]` },
  ])('reads $what in linear time (F68)', async ({ make }) => {
    expect(await cpuGrowth(make, scanJson)).toBeLessThan(MORE_THAN_LINEAR);
  });
});

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
