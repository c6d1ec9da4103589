import { describe, expect, it } from 'vitest';
import { requireKeyFor } from '#handlers/web-api/idempotent.ts';

describe('requireKeyFor', () => {
  it('refuses an action that cannot be undone without a key, and names the header', () => {
    const check = () => requireKeyFor({ effect: 'irreversible' }, {});

    expect(check).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'VALIDATION_ERROR',
        details: [
          { path: 'Idempotency-Key', problem: expect.stringContaining('cannot be undone') },
        ],
      }),
    );
  });

  it.each([
    { effect: 'irreversible', idempotencyKey: 'k' },
    { effect: 'reversible', idempotencyKey: undefined },
    { effect: 'read', idempotencyKey: undefined },
  ] as const)('accepts $effect with the key $idempotencyKey', ({ effect, idempotencyKey }) => {
    expect(() => requireKeyFor({ effect }, { idempotencyKey })).not.toThrow();
  });
});
