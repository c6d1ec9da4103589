/** How much of a text a channel can carry. */
export interface TextLimits {
  /** Bytes of UTF-8. At least 3, so that the mark fits. */
  bytes: number;
  /** Bytes of UTF-8 inside a JSON string, where quotes and backslashes take two. At least 3. */
  jsonBytes?: number;
}

/** A text within its limits, and whether it was cut. */
export interface FittedText {
  text: string;
  cut: boolean;
}

/** Ends every text that was cut, so that the reader knows that something is missing. 3 bytes of UTF-8. */
const CUT_MARK = '…';
const CUT_MARK_BYTES = Buffer.byteLength(CUT_MARK);

/**
 * The text if it fits. Otherwise its longest beginning that fits together with the mark "…" at its end. The text is cut
 * between graphemes, so what a person sees as one character stays whole; only a first grapheme that is too long by
 * itself is cut between code points. There is no white space before the mark.
 */
export const fitText = (text: string, { bytes, jsonBytes = Infinity }: TextLimits): FittedText => {
  if (Buffer.byteLength(text) <= bytes && jsonBytesOf(text) <= jsonBytes) {
    return { text, cut: false };
  }
  const room = { bytes: bytes - CUT_MARK_BYTES, jsonBytes: jsonBytes - CUT_MARK_BYTES };
  const graphemes = longestBeginning(graphemesOf(text), room);
  const kept = graphemes === '' ? longestBeginning(text, room) : graphemes;
  return { text: `${kept.trimEnd()}${CUT_MARK}`, cut: true };
};

/** Bytes that a text takes inside a JSON string, without the quotes. */
export const jsonBytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

/** As many parts from the start as fit into the limits together. */
const longestBeginning = (parts: Iterable<string>, { bytes, jsonBytes }: Required<TextLimits>) => {
  let kept = '';
  let usedBytes = 0;
  let usedJsonBytes = 0;
  for (const part of parts) {
    usedBytes += Buffer.byteLength(part);
    usedJsonBytes += jsonBytesOf(part);
    if (usedBytes > bytes || usedJsonBytes > jsonBytes) break;
    kept += part;
  }
  return kept;
};

function* graphemesOf(text: string): Iterable<string> {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}
