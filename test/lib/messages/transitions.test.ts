import { beforeEach, describe, expect, it } from 'vitest';
import * as runs from '#lib/data/messages/message-runs.ts';
import * as sweeps from '#lib/data/messages/message-sweeps.ts';
import { markQueued, markRedriven } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { STATUSES, type Status, TRANSITIONS } from '#lib/messages/transitions.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const nowMs = world.clock.now();
beforeEach(() => world.reset());

const reason = { code: 'DEADLINE', message: 'too slow' };

/** A message of any status to which every write may apply: expired, and its run ended without a result. */
const given = (status: Status, fields: Partial<Message> = {}): runs.Claimed => {
  const message = {
    ...aMessage({ status, nowMs: nowMs - MINUTE_MS, valid_until: iso(nowMs), ...fields }),
    ...{ claimed_by: 'a-run', attempt: 1, lease_until: iso(nowMs - 1), next_due_at: iso(nowMs) },
    due_bucket: fields.due_bucket ?? 'due',
  };
  world.given(message);
  return message;
};

interface Write {
  name: string;
  /** Its rows of the table of transitions. */
  transitions: (keyof typeof TRANSITIONS)[];
  /** The status that it sets, by the status that it applies to. */
  sets: Partial<Record<Status, Status>>;
  write: (message: runs.Claimed) => Promise<unknown>;
  fields?: Partial<Message>;
}

const WRITES: Write[] = [
  {
    ...{ name: 'markQueued', transitions: ['markQueued'] },
    sets: { created: 'queued' },
    write: ({ id }) => markQueued(id, { nowMs, timeoutMs: SECOND_MS }),
  },
  {
    ...{ name: 'claim', transitions: ['claim', 'takeOver'] },
    sets: { created: 'processing', queued: 'processing', processing: 'processing' },
    write: ({ id }) =>
      runs.claim(id, { claimedBy: 'next-run', nowMs, leaseUntilMs: nowMs + MINUTE_MS }),
  },
  {
    ...{ name: 'complete', transitions: ['complete'] },
    sets: { processing: 'completed' },
    write: (run) => runs.complete(run, {}, nowMs),
  },
  {
    ...{ name: 'fail', transitions: ['fail'] },
    sets: { processing: 'failed' },
    write: (run) => runs.fail(run, reason, nowMs),
  },
  {
    ...{ name: 'park', transitions: ['park'] },
    sets: { processing: 'queued' },
    write: (run) => runs.park(run, { ...reason, untilMs: nowMs, resetStrikes: false }, nowMs),
  },
  {
    ...{ name: 'hold', transitions: ['hold'] },
    sets: { processing: 'queued' },
    write: (run) => runs.hold(run, { ...reason, heldBy: 'ntfy' }, nowMs),
  },
  {
    ...{ name: 'markSendStarted', transitions: [] },
    sets: { processing: 'processing' },
    write: (run) => runs.markSendStarted(run, nowMs),
  },
  {
    ...{ name: 'giveUp', transitions: ['giveUp', 'giveUpAbandoned'] },
    sets: { created: 'failed', queued: 'failed', processing: 'failed' },
    write: (message) => sweeps.giveUp(message, reason, nowMs),
  },
  {
    ...{ name: 'release', transitions: ['release'] },
    sets: { created: 'created', queued: 'queued' },
    write: ({ id }) => sweeps.release(id, 'ntfy', nowMs),
    fields: { due_bucket: 'held-ntfy' },
  },
  {
    ...{ name: 'bump', transitions: ['bump'] },
    sets: { created: 'created', queued: 'queued', processing: 'processing' },
    write: ({ id }) => sweeps.bump({ id, next_due_at: iso(nowMs) }, nowMs + MINUTE_MS),
  },
  {
    ...{ name: 'redrive', transitions: ['redrive'] },
    sets: { failed: 'queued' },
    write: (message) => markRedriven(message, { by: 'user:ada', reason: 'corrected', nowMs }),
  },
];

const CASES = WRITES.flatMap(({ sets, ...write }) =>
  STATUSES.map((status) => ({ ...write, status, to: sets[status] })),
);

describe('a write to a message', () => {
  it.each(CASES.filter(({ to }) => to !== undefined))(
    '$name of a message that is $status leaves it $to',
    async ({ write, fields, status, to }) => {
      const message = given(status, fields);

      expect(await write(message)).toBeTruthy();
      expect(world.row(message.id)).not.toEqual(message);
      expect(world.row(message.id)?.status).toBe(to);
    },
  );

  it.each(CASES.filter(({ to }) => to === undefined))(
    '$name of a message that is $status changes nothing',
    async ({ write, fields, status }) => {
      const message = given(status, fields);

      await write(message);

      expect(world.row(message.id)).toEqual(message);
    },
  );

  it.each(WRITES.filter(({ transitions }) => transitions.length > 0))(
    '$name has the statuses of its transitions, which the documentation lists',
    ({ transitions, sets }) => {
      const listed = transitions.flatMap((name) => {
        const { from, to }: { from: readonly Status[]; to?: Status } = TRANSITIONS[name];
        return from.map((status) => [status, to ?? status]);
      });

      expect(Object.fromEntries(listed)).toEqual(sets);
    },
  );
});
