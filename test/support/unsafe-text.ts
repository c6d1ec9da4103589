/**
 * The first and last code point of each range, written out, so that a test finds a Unicode class that the code
 * misses.
 */
const UNSAFE: readonly (readonly [number, number])[] = [
  ...([
    [0x00, 0x1f],
    [0x7f, 0x9f],
    [0xad, 0xad],
    [0x034f, 0x034f],
    [0x061c, 0x061c],
  ] as const),
  ...([
    [0x115f, 0x1160],
    [0x17b4, 0x17b5],
    [0x180b, 0x180f],
    [0x200b, 0x200f],
  ] as const),
  ...([
    [0x2028, 0x202e],
    [0x2060, 0x206f],
    [0x3164, 0x3164],
    [0xd800, 0xdfff],
  ] as const),
  ...([
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xffa0, 0xffa0],
    [0xfff0, 0xfffb],
  ] as const),
  ...([
    [0x1bca0, 0x1bca3],
    [0x1d173, 0x1d17a],
    [0xe0000, 0xe0fff],
  ] as const),
];

/** Emoji of several code points contain joiners and selectors. */
const RGI_EMOJI = '\\p{RGI_Emoji}';
const EMOJI = new RegExp(RGI_EMOJI, 'gv');

/** The code points of a text, outside of emoji, that must not reach a terminal from foreign input. Hexadecimal. */
export const unsafeIn = (text: string): string[] =>
  Array.from(text.replace(EMOJI, ''), (character) => character.codePointAt(0) ?? 0)
    .filter((code) => UNSAFE.some(([first, last]) => code >= first && code <= last))
    .map((code) => code.toString(16));
