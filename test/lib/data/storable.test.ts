import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { storable } from '#lib/data/storable.ts';
import { INHERITED_NAMES } from '#test/support/inherited-names.ts';

const stored = (value: object) =>
  unmarshall(marshall(storable(value), { removeUndefinedValues: true }));

describe('a storable value', () => {
  it.each(INHERITED_NAMES.filter((name) => name !== '__proto__'))(
    'keeps a property called %s, wherever it is and whatever it holds',
    (name) => {
      for (const held of ['Ferrari', 7, null, true, [1], {}, { name: 'Set' }, { name: 'String' }]) {
        const value = { payload: { [name]: held, list: [{ deep: { [name]: held } }], a: 1 } };

        expect(stored(value)).toEqual(value);
      }
    },
  );

  it('keeps properties inside of a property called constructor', () => {
    const value = { payload: { constructor: { constructor: { a: [{ constructor: 1 }] } } } };

    expect(stored(value)).toEqual(value);
  });

  it('leaves out what is undefined, as the marshaller does', () => {
    expect(stored({ payload: { constructor: 'x', gone: undefined } })).toEqual({
      payload: { constructor: 'x' },
    });
  });

  it('is the value itself when nothing has to be replaced', () => {
    const value = { payload: { a: [1, { b: new Uint8Array(2) }] }, names: new Set(['x']) };

    expect(storable(value)).toBe(value);
  });
});
