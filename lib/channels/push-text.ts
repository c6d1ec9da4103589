/** How much of a text a channel can carry. */
export interface TextLimits {
  /** Bytes of UTF-8. */
  bytes: number;
  /** Bytes of UTF-8 inside a JSON string, where quotes and backslashes take two. */
  jsonBytes?: number;
}

/** A text that was made to fit, and whether something had to go. */
export interface FittedText {
  text: string;
  cut: boolean;
}

/** Text of several lines: line breaks and tabs stay, other control characters and surrounding space go. */
export const cleanText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .trim();

/** Text of one line: breaks and tabs become spaces. */
export const cleanLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\n\r\t\u2028\u2029]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();

/**
 * The longest beginning of a text that fits, cut between graphemes: what a person sees as one character stays whole.
 * Only where the first grapheme alone is too long, it is cut between code points. Never ends in space.
 */
export const fitText = (text: string, { bytes, jsonBytes = Infinity }: TextLimits): FittedText => {
  const fits = (part: string, used = { bytes: 0, jsonBytes: 0 }) => {
    used.bytes += Buffer.byteLength(part);
    used.jsonBytes += jsonBytesOf(part);
    return used.bytes <= bytes && used.jsonBytes <= jsonBytes;
  };
  if (fits(text)) return { text, cut: false };

  const longest = (parts: Iterable<string>): string[] => {
    const used = { bytes: 0, jsonBytes: 0 };
    const kept: string[] = [];
    for (const part of parts) {
      if (!fits(part, used)) break;
      kept.push(part);
    }
    return kept;
  };
  const kept = longest(graphemesOf(text));
  if (kept.length === 0) return { text: longest(text).join('').trimEnd(), cut: true };
  while (kept.at(-1)?.trim() === '') kept.pop();
  return { text: kept.join(''), cut: true };
};

/** Bytes that a text takes inside a JSON string, without the quotes. */
export const jsonBytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

function* graphemesOf(text: string): Iterable<string> {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}
