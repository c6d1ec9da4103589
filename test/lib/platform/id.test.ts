import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedMessageId, MESSAGE_ID, messageIdTime, newMessageId } from '#lib/platform/id.ts';

const NOON_MS = Date.parse('2026-03-01T12:00:00.000Z');

describe('newMessageId', () => {
  it('makes a million different ids in one millisecond (F04)', () => {
    const ids = new Set<string>();
    for (let n = 0; n < 1_000_000; n += 1) ids.add(newMessageId(NOON_MS));

    expect(ids.size).toBe(1_000_000);
  });

  it('is well-formed and contains its time, at any time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59Z') }), (ms) => {
        const id = newMessageId(ms);
        expect(id).toMatch(MESSAGE_ID);
        expect(messageIdTime(id)).toBe(Math.floor(ms / 1_000) * 1_000);
      }),
    );
  });
});

describe('derivedMessageId', () => {
  it('is the same for the same origin and differs in every part', () => {
    const id = derivedMessageId(NOON_MS, 'msg_a', 'push', 0);

    expect(derivedMessageId(NOON_MS, 'msg_a', 'push', 0)).toBe(id);
    const others = [
      derivedMessageId(NOON_MS + 1_000, 'msg_a', 'push', 0),
      derivedMessageId(NOON_MS, 'msg_b', 'push', 0),
      derivedMessageId(NOON_MS, 'msg_a', 'push', 1),
      derivedMessageId(NOON_MS, 'msg_a', 'pus', 'h', 0),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
    for (const other of others) expect(other).toMatch(MESSAGE_ID);
  });
});
