import { inputLines } from './input-lines.ts';

/**
 * The data of each event in a stream of server-sent events. Lines end with LF or CR LF.
 * Source: WHATWG HTML, section "Server-sent events".
 * @throws Error for an event that is too long or not UTF-8
 */
export async function* serverEvents(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string> {
  let data: string[] = [];
  for await (const { text, problem } of inputLines(chunks, maxBytes)) {
    if (text === undefined) throw new Error(`the server sent an event that is ${problem}`);
    const field = /^data(?:: ?(.*))?$/s.exec(text);
    if (field !== null) data.push(field[1] ?? '');
    if (text !== '' || data.length === 0) continue;
    yield data.join('\n');
    data = [];
  }
}
