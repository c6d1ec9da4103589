import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputInTurns } from '#scripts/test/turns.ts';

describe('writers that take turns', () => {
  it('write at once when they are first, and otherwise in the order in which they began', () => {
    const heard: string[] = [];
    const turns = outputInTurns((text) => heard.push(text));
    const first = turns.begin();
    const second = turns.begin();

    second.write('c');
    first.write('a');
    expect(heard).toEqual(['a']);
    second.write('d');
    first.write('b');
    first.end();
    expect(heard.join('')).toBe('abcd');
    second.write('e');
    expect(heard.join('')).toBe('abcde');
  });

  it('lose no text and do not mix their texts, in any order of writes and ends', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 60 }), (steps) => {
        let heard = '';
        const turns = outputInTurns((text) => {
          heard += text;
        });
        const writers = Array.from({ length: 4 }, () => turns.begin());
        for (const who of steps) writers[who]?.write(String(who));
        for (const who of new Set(steps.toReversed())) writers[who]?.end();
        for (const writer of writers) writer.end();

        expect(heard).toBe(steps.toSorted().join(''));
      }),
    );
  });
});
