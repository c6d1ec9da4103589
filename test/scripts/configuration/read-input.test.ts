import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readInput } from '#scripts/configuration/read-input.ts';

const USAGE = 'make set NAME=home';
const of = (...chunks: (string | Buffer)[]) =>
  Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe('the value on standard input', () => {
  it.each([
    [['a\n'], 'a'],
    [['a\r\n'], 'a'],
    [['a', 'b'], 'ab'],
    [[' a\n\n'], ' a\n'],
    [[Buffer.from('ä').subarray(0, 1), Buffer.from('ä').subarray(1)], 'ä'],
  ])('%j is %j', async (chunks, value) => {
    expect(await readInput(of(...chunks), USAGE)).toBe(value);
  });

  it('is not read from a terminal, where it would be shown', async () => {
    const terminal = Object.assign(of('secret'), { isTTY: true });

    await expect(readInput(terminal, USAGE)).rejects.toThrow(
      'the value is read from standard input: make set NAME=home < file',
    );
  });

  it.each([
    ['nothing', of()],
    ['a line break', of('\n')],
  ])('is required: %s is refused', async (_, input) => {
    await expect(readInput(input, USAGE)).rejects.toThrow('there is no value on standard input');
  });

  it('is UTF-8', async () => {
    await expect(readInput(of(Buffer.from([0xff])), USAGE)).rejects.toThrow('is not UTF-8');
  });

  it.each([
    { bytes: 64 * 1024, is: 'read' },
    { bytes: 64 * 1024 + 1, is: 'refused' },
  ])('of $bytes bytes is $is', async ({ bytes, is }) => {
    const reading = readInput(of('a'.repeat(bytes)), USAGE);

    expect(
      await reading.then(
        ({ length }) => (length === bytes ? 'read' : ''),
        () => 'refused',
      ),
    ).toBe(is);
  });
});
