import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLOT_ID, type SlotKey, slotIdOf, slotOfId } from '#lib/actions/golf/slot-id.ts';

const keys: fc.Arbitrary<SlotKey> = fc.tuple(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
  fc.oneof(fc.maxSafeInteger(), fc.stringMatching(/^[\w-]{1,64}$/)),
  fc.nat(4_102_444_800_000),
  fc.constantFrom<9 | 18>(9, 18),
);

describe('the id of a slot', () => {
  it('leads back to the slot, and has the form of an id', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const id = slotIdOf(key);

        expect(id).toMatch(SLOT_ID);
        expect(slotOfId(id)).toEqual(key);
      }),
    );
  });

  it('differs for another course, tee sheet, start or number of holes', () => {
    const ids = [
      ['east', 1, 2, 9],
      ['west', 1, 2, 9],
      ['east', '1', 2, 9],
      ['east', 1, 3, 9],
      ['east', 1, 2, 18],
    ].map((key) => slotIdOf(key as SlotKey));

    expect(new Set(ids).size).toBe(ids.length);
  });

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each([
    ...['', ' ', 'x', 'null', '{}', '\u0000', '../..', 'A'.repeat(10_000)],
    ...[['east', 1, 2], ['east', 1, 2, 10], ['east', 1, 2, 9, 9], [1, 1, 2, 9], null].map(encoded),
    `${encoded(['east', 1, 2, 9])}=`,
    `${encoded(['east', 1, 2, 9])} `,
  ])('cannot be %j', (id) => {
    expect(slotOfId(id)).toBeUndefined();
  });
});
