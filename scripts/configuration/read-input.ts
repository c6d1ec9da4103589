import { isUtf8 } from 'node:buffer';

/** Standard input, or a fake of a test. */
export interface Input extends AsyncIterable<Uint8Array | string> {
  isTTY?: boolean;
}

const MAX_BYTES = 64 * 1024;

/**
 * The text on standard input, without the line break at its end. A value is not an argument or a variable, because other
 * programs and the history of the shell could show it.
 * @param usage the command that reads the value
 * @throws Error that contains no part of the input
 */
export const readInput = async (input: Input, usage: string): Promise<string> => {
  if (input.isTTY === true) {
    throw new Error(`the value is read from standard input: ${usage} < file`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error('the value on standard input is longer than 64 KB');
    chunks.push(Buffer.from(chunk));
  }
  const whole = Buffer.concat(chunks);
  if (!isUtf8(whole)) throw new Error('the value on standard input is not UTF-8');
  const text = whole.toString().replace(/\r?\n$/, '');
  if (text === '') throw new Error(`there is no value on standard input: ${usage} < file`);
  return text;
};
