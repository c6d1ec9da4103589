import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, fitText, jsonBytesOf } from '#lib/channels/push-text.ts';

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

describe('cleanText', () => {
  it.each([
    { given: 'a\r\nb\rc\n\td', text: 'a\nb\nc\n\td' },
    { given: '\0a\u0007\u001b[31mb\u007f\u0085', text: 'a[31mb' },
    { given: '  a  \n', text: 'a' },
    { given: '\ud83d alone', text: '\ufffd alone' },
    { given: FAMILY, text: FAMILY },
    { given: '\r\n \0', text: '' },
  ])('makes $text of $given', ({ given, text }) => {
    expect(cleanText(given)).toBe(text);
  });
});

describe('cleanLine', () => {
  it('leaves one line without control characters', () => {
    expect(cleanLine('\n a\r\nX-Evil: 1\tb\u2028c\0 ')).toBe('a X-Evil: 1 b c');
  });
});

describe('fitText', () => {
  it.each([
    { text: 'abc', bytes: 3, kept: 'abc' },
    { text: 'abcd', bytes: 3, kept: 'abc' },
    { text: 'aé', bytes: 2, kept: 'a' },
    { text: `a${FAMILY}`, bytes: 25, kept: 'a' },
    { text: `a${FAMILY}`, bytes: 26, kept: `a${FAMILY}` },
    { text: 'ae\u0301', bytes: 3, kept: 'a' },
    { text: 'ab  cd', bytes: 4, kept: 'ab' },
  ])('keeps "$kept" of "$text" in $bytes bytes', ({ text, bytes, kept }) => {
    expect(fitText(text, { bytes })).toEqual({ text: kept, cut: kept !== text });
  });

  it('counts what JSON escapes', () => {
    expect(fitText('"""', { bytes: 9, jsonBytes: 5 })).toEqual({ text: '""', cut: true });
  });

  it('cuts a grapheme that is too long by itself between code points', () => {
    const zalgo = `e${'\u0301'.repeat(50)}`;

    expect(fitText(zalgo, { bytes: 10 }).text).toBe(`e${'\u0301'.repeat(4)}`);
  });

  it('F34: keeps the longest beginning by graphemes that fits, for any text', () => {
    fc.assert(
      fc.property(fullUnicode, fc.integer({ min: 30, max: 200 }), (given, bytes) => {
        const clean = cleanText(given);
        const limits = { bytes, jsonBytes: bytes + 10 };
        const { text, cut } = fitText(clean, limits);
        const all = graphemes(clean);
        const kept = graphemes(text);
        const rest = all.slice(kept.length);

        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes);
        expect(jsonBytesOf(text)).toBeLessThanOrEqual(limits.jsonBytes);
        expect(cut).toBe(text !== clean);
        if (kept.length === 0 || (all[0]?.length ?? 0) > 15) return;
        expect(all.slice(0, kept.length)).toEqual(kept);
        // Whatever was left out: with its next visible character the text would not fit.
        const spaces = rest.findIndex((part) => part.trim() !== '');
        const longer = text + rest.slice(0, spaces + 1).join('');
        const fits = Buffer.byteLength(longer) <= bytes && jsonBytesOf(longer) <= limits.jsonBytes;
        expect(cut && fits).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
