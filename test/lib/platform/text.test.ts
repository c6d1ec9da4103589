import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { cleanLine, cleanText, ReasonText, shortened, VisibleText } from '#lib/platform/text.ts';

const FAMILY = '👩‍👩‍👧‍👦';

const isVisible = (text: string) => z.safeParse(VisibleText, text).success;

const INVISIBLE: Record<string, string> = {
  'no character': '',
  'blanks of many widths': ' \t\n\u00a0\u1680\u2003\u202f\u205f\u3000',
  'line and paragraph separators': '\u2028\u2029\u0085',
  'control characters': '\u0000\u0007\u001b\u007f\u009f',
  'zero-width spaces and joiners': '\u200b\u200c\u200d\u2060\ufeff',
  'marks of direction': '\u200e\u200f\u202a\u202e\u2066\u2069\u061c',
  'soft hyphens': '\u00ad',
  'fillers of Hangul': '\u115f\u1160\u3164\uffa0',
  'an empty pattern of Braille': '\u2800',
  'variation selectors': '\ufe0f\ufe00\u{e0100}',
  tags: '\u{e0001}\u{e0061}\u{e007f}',
  'joiners of graphemes and Mongolian separators': '\u034f\u180e',
};

describe('a visible text', () => {
  it.each(Object.entries(INVISIBLE))('is not %s', (_what, text) => {
    expect(isVisible(text)).toBe(false);
  });

  it.each(['a', '.', '0', '🌱', '👨‍👩‍👧', '❤️', 'ü', 'ع', '한', '⠁', '\u200bx', 'u\u0301', ' - '])(
    'is %j',
    (text) => {
      expect(isVisible(text)).toBe(true);
    },
  );

  it('is invisible with any number of invisible characters, and visible with one visible character', () => {
    const nothing = fc.string({ unit: fc.constantFrom(...Object.values(INVISIBLE).join('')) });

    fc.assert(
      fc.property(nothing, nothing, (before, after) => {
        expect([isVisible(before + after), isVisible(`${before}x${after}`)]).toEqual([false, true]);
      }),
    );
  });
});

describe('the text of a reason', () => {
  it('is trimmed', () => {
    expect(z.parse(ReasonText, '  corrected\n')).toBe('corrected');
  });

  it.each(['', ' ', '\u200b', 'x'.repeat(501)])('is not %j', (text) => {
    expect(z.safeParse(ReasonText, text).success).toBe(false);
  });
});

describe('a shortened text', () => {
  it.each([
    { text: 'abcde', chars: 5, shown: 'abcde' },
    { text: 'abcdef', chars: 5, shown: 'abcd…' },
    { text: 'abc😀e', chars: 5, shown: 'abc…' },
    { text: 'abcd😀', chars: 5, shown: 'abcd…' },
    { text: 'a\ud83d', chars: 5, shown: 'a\ufffd' },
    { text: '', chars: 5, shown: '' },
  ])('is "$shown" for "$text" in $chars characters', ({ text, chars, shown }) => {
    expect(shortened(text, chars)).toBe(shown);
  });
});

describe('cleanText', () => {
  it.each([
    { given: 'a\r\nb\rc\n\td', text: 'a\nb\nc\n\td' },
    { given: '\0a\u0007\u001b[31mb\u007f\u0085', text: 'a[31mb' },
    { given: '  a  \n', text: 'a' },
    { given: '\ud83d alone', text: '\ufffd alone' },
    { given: FAMILY, text: FAMILY },
    { given: '\r\n \0', text: '' },
    { given: 'a\u202eb\u2066c\u2069', text: 'abc' },
    { given: '\u200fשלום\u200e, a\u200db', text: '\u200fשלום\u200e, a\u200db' },
  ])('makes $text of $given', ({ given, text }) => {
    expect(cleanText(given)).toBe(text);
  });
});

describe('cleanLine', () => {
  it('makes one line without other controls', () => {
    expect(cleanLine('\n a\r\nX-Evil: 1\tb\u2028c\0\u202e ')).toBe('a X-Evil: 1 b c');
  });

  it.each(['\n', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029'])(
    'puts a space where %j separated two words',
    (lineBreak) => {
      expect(cleanLine(`one${lineBreak}two`)).toBe('one two');
    },
  );
});
