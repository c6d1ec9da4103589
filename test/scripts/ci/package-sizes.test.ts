import { expect, it } from 'vitest';
import { sizeTable } from '#scripts/ci/package-sizes.ts';

it('the table of sizes shows what grew, shrank, appeared and went away', () => {
  const before = { gone: 1_000, grew: 10_000, same: 500, shrank: 2_000 };
  const after = { grew: 10_500, new: 2_000, same: 500, shrank: 1_000 };

  expect(sizeTable(before, after).split('\n').slice(2)).toEqual([
    '| gone | 1.0 | - | removed |',
    '| grew | 10.0 | 10.5 | +500 bytes, +5.0 % |',
    '| new | - | 2.0 | new |',
    '| same | 0.5 | 0.5 | none |',
    '| shrank | 2.0 | 1.0 | -1000 bytes, -50.0 % |',
  ]);
});
