export interface InputLine {
  /** Without the line break. Absent when the line is not UTF-8 or is too long. */
  text?: string;
  problem?: 'not UTF-8' | 'too long';
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The lines of a stream of bytes that ends lines with LF or CR LF, however the bytes were split. Text after the last line
 * break is a line, too. Of a line with more than `maxBytes`, only the problem is returned, and its bytes are not kept.
 */
export async function* inputLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<InputLine> {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  const add = (part: Uint8Array) => {
    sizeBytes += part.byteLength;
    if (sizeBytes <= maxBytes) parts.push(part);
    else parts = [];
  };
  const take = (): InputLine => {
    const line = sizeBytes <= maxBytes ? decoded(parts) : { problem: 'too long' as const };
    parts = [];
    sizeBytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      start = end + 1;
      yield take();
    }
    add(chunk.subarray(start));
  }
  if (sizeBytes > 0) yield take();
}

const decoded = (parts: readonly Uint8Array[]): InputLine => {
  const bytes = Buffer.concat(parts);
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.byteLength - 1 : bytes.byteLength;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end)) };
  } catch {
    return { problem: 'not UTF-8' };
  }
};
