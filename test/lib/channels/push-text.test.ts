import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitText, jsonBytesOf } from '#lib/channels/push-text.ts';
import { cleanText } from '#lib/platform/text.ts';

const graphemes = (text: string) =>
  [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  );
const FAMILY = '👩‍👩‍👧‍👦';
const fullUnicode = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(FAMILY, 'e\u0301', '🇩🇪', '"', '\\', ' ', '\n', 'ก็'),
    maxLength: 60,
  }),
);

describe('fitText', () => {
  it.each([
    { text: 'abc', bytes: 3, fitted: 'abc' },
    { text: 'abcd', bytes: 3, fitted: '…' },
    { text: 'abcdefg', bytes: 6, fitted: 'abc…' },
    { text: 'abcdefg', bytes: 7, fitted: 'abcdefg' },
    { text: 'abcdé', bytes: 5, fitted: 'ab…' },
    { text: `a${FAMILY} bc`, bytes: 28, fitted: 'a…' },
    { text: `a${FAMILY} bc`, bytes: 29, fitted: `a${FAMILY} bc` },
    { text: `a${FAMILY} bcd`, bytes: 29, fitted: `a${FAMILY}…` },
    { text: 'ae\u0301bcdef', bytes: 6, fitted: 'a…' },
    { text: 'ab  cdefgh', bytes: 7, fitted: 'ab…' },
  ])('makes "$fitted" of "$text" in $bytes bytes', ({ text, bytes, fitted }) => {
    expect(fitText(text, { bytes })).toEqual({ text: fitted, cut: fitted !== text });
  });

  it('counts the bytes that JSON adds', () => {
    expect(fitText('"""""', { bytes: 9, jsonBytes: 8 })).toEqual({ text: '""…', cut: true });
  });

  it('cuts between code points when the first grapheme is too long by itself', () => {
    const zalgo = `e${'\u0301'.repeat(50)}`;

    expect(fitText(zalgo, { bytes: 12 }).text).toBe(`e${'\u0301'.repeat(4)}…`);
  });

  it('F34: keeps the longest beginning that fits with the mark, by graphemes, for any text', () => {
    fc.assert(
      fc.property(fullUnicode, fc.integer({ min: 35, max: 200 }), (given, bytes) => {
        const clean = cleanText(given);
        const limits = { bytes, jsonBytes: bytes + 10 };
        const fits = (text: string) =>
          Buffer.byteLength(text) <= bytes && jsonBytesOf(text) <= limits.jsonBytes;
        const { text, cut } = fitText(clean, limits);

        expect(fits(text)).toBe(true);
        expect(cut).toBe(!fits(clean));
        if (!cut) expect(text).toBe(clean);
        if (!cut) return;
        expect(text).toMatch(/(?<!\s)…$/u);
        const all = graphemes(clean);
        const kept = graphemes(text.slice(0, -1));
        const rest = all.slice(kept.length);
        if ((all[0]?.length ?? 0) > 15) return;
        expect(all.slice(0, kept.length)).toEqual(kept);
        // One more visible character, with the white space before it, would not fit.
        const spaces = rest.findIndex((part) => part.trim() !== '');
        expect(fits(`${kept.join('')}${rest.slice(0, spaces + 1).join('')}…`)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
