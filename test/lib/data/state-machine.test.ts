import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as runs from '#lib/data/messages/message-runs.ts';
import * as sweeps from '#lib/data/messages/message-sweeps.ts';
import { markQueued, markRedriven } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Status } from '#lib/messages/transitions.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

/** A reference model of the states of a message, according to the specification. */
interface Model {
  nowMs: number;
  status: Status;
  claimedBy: string | undefined;
  attempt: number;
  strikes: number;
  leaseMs: number;
  notBeforeMs: number;
  givenUpMs: number | undefined;
  validMs: number;
  bucket: 'due' | 'held-ntfy' | undefined;
  completed: boolean;
}

const waits = ({ status }: Model) => status === 'created' || status === 'queued';
const dead = ({ status, leaseMs, nowMs }: Model) => status === 'processing' && leaseMs < nowMs;

const world = engineWorld();
let redrives = 0;

interface Real {
  id: string;
  row: () => Message;
  /** All claims, including lost ones, because a frozen run uses an old claim. */
  claims: runs.Claimed[];
}

type Step = (real: Real, model: Model) => Promise<void>;

const agree = ({ row }: Real, model: Model) => {
  const stored = row();
  expect({
    status: stored.status,
    claimedBy: stored.claimed_by,
    attempt: stored.attempt,
    strikes: stored.strikes,
    bucket: stored.due_bucket,
  }).toEqual({
    status: model.status,
    claimedBy: model.claimedBy,
    attempt: model.attempt,
    strikes: model.strikes,
    bucket: model.bucket,
  });
  expect(stored.next_due_at === undefined).toBe(model.bucket === undefined);
  expect(stored.ttl === undefined).toBe(!['completed', 'failed'].includes(model.status));
};

const command = (name: string, step: Step): fc.AsyncCommand<Model, Real> => ({
  check: () => true,
  run: async (model, real) => {
    const wasCompleted = model.completed;
    await step(real, model);
    agree(real, model);
    if (wasCompleted) expect(real.row().status).toBe('completed');
  },
  toString: () => name,
});

const leave = (model: Model, status: Status, bucket: Model['bucket']) => {
  Object.assign(model, { status, bucket, claimedBy: undefined });
};

const LEASE_MS = 90_000;

const claim = (by: number) =>
  command(`claim by ${by}`, async ({ id, claims }, model) => {
    const claimedBy = `run-${claims.length}-${by}`;
    const free = waits(model) && model.notBeforeMs <= model.nowMs;
    const may = model.strikes < 8 && (free || dead(model));
    const leaseUntilMs = model.nowMs + LEASE_MS;

    const claimed = await runs.claim(id, { claimedBy, nowMs: model.nowMs, leaseUntilMs });

    expect(claimed !== undefined).toBe(may);
    if (!claimed) return;
    claims.push(claimed);
    Object.assign(model, {
      status: 'processing',
      claimedBy,
      attempt: model.attempt + 1,
      strikes: model.strikes + 1,
      leaseMs: leaseUntilMs,
      notBeforeMs: 0,
      bucket: 'due',
    });
  });

/** A run ends. It may have lost its claim long ago. */
const end = (
  name: string,
  which: number,
  write: (run: runs.Claimed, model: Model) => Promise<boolean>,
  apply: (model: Model) => void,
) =>
  command(`${name} by claim ${which}`, async ({ claims }, model) => {
    const run = claims[claims.length - 1 - (which % Math.max(1, claims.length))];
    if (run === undefined) return;
    const holds =
      model.status === 'processing' &&
      model.claimedBy === run.claimed_by &&
      model.attempt === run.attempt;

    // A write whose response was lost is recognised by its fence and its target status. Repeat it only after a
    // success.
    const already = model.attempt === run.attempt && model.status !== 'processing';
    if (already) return;
    const written = await write(run, model);

    expect(written).toBe(holds);
    if (written) apply(model);
  });

const reason = { code: 'SOME', message: 'some' };
const overReason = { code: 'EXPIRED', message: 'over' };

const commands = [
  fc.integer({ min: 0, max: 3 }).map(claim),
  fc.nat(3).map((which) =>
    end(
      'complete',
      which,
      (run, { nowMs }) => runs.complete(run, {}, nowMs),
      (model) => {
        leave(model, 'completed', undefined);
        model.completed = true;
      },
    ),
  ),
  fc.nat(3).map((which) =>
    end(
      'fail',
      which,
      (run, { nowMs }) => runs.fail(run, reason, nowMs),
      (model) => {
        leave(model, 'failed', undefined);
      },
    ),
  ),
  fc.record({ which: fc.nat(3), resetStrikes: fc.boolean() }).map(({ which, resetStrikes }) =>
    end(
      `park${resetStrikes ? ', forgiven' : ''}`,
      which,
      (run, { nowMs }) =>
        runs.park(run, { ...reason, untilMs: nowMs + MINUTE_MS, resetStrikes }, nowMs),
      (model) => {
        leave(model, 'queued', 'due');
        model.notBeforeMs = model.nowMs + MINUTE_MS;
        if (resetStrikes) model.strikes = 0;
      },
    ),
  ),
  fc.nat(3).map((which) =>
    end(
      'hold',
      which,
      (run, { nowMs }) => runs.hold(run, { ...reason, heldBy: 'ntfy' }, nowMs),
      (model) => {
        leave(model, 'queued', 'held-ntfy');
        model.strikes = 0;
      },
    ),
  ),
  fc.constant(
    command('mark queued', async ({ id }, model) => {
      const may = model.status === 'created';
      const marked = await markQueued(id, { nowMs: model.nowMs, timeoutMs: 1_000 });
      expect(marked).toBe(may);
      if (may) model.status = 'queued';
    }),
  ),
  fc.constant(
    command('release', async ({ id }, model) => {
      const may = waits(model) && model.bucket === 'held-ntfy';
      const released = await sweeps.release(id, 'ntfy', model.nowMs);
      expect(released !== undefined).toBe(may);
      if (may) model.bucket = 'due';
    }),
  ),
  fc.boolean().map((stale) =>
    command(`bump${stale ? ' of an old look' : ''}`, async ({ id, row }, model) => {
      const { next_due_at = iso(0) } = row();
      const may = !stale && model.bucket === 'due';
      const seen = stale ? iso(Date.parse(next_due_at) - 1) : next_due_at;
      const bumped = await sweeps.bump({ id, next_due_at: seen }, model.nowMs + MINUTE_MS);
      expect(bumped).toBe(may);
    }),
  ),
  fc.constant(
    command('give up', async ({ id }, model) => {
      const over = model.validMs <= model.nowMs || model.strikes >= 8;
      const may = over && (waits(model) || dead(model));
      // Repeated in the same millisecond, it is the same write, whose response may have been lost.
      const again = model.status === 'failed' && model.givenUpMs === model.nowMs;
      const given = await sweeps.giveUp({ id, stage: 'dev' }, overReason, model.nowMs);
      expect(given).toBe(may || again);
      if (!may) return;
      leave(model, 'failed', undefined);
      model.givenUpMs = model.nowMs;
    }),
  ),
  fc.constant(
    command('redrive', async ({ row }, model) => {
      const may = model.status === 'failed';
      redrives += 1;
      const why = { by: 'user:local', reason: `reason ${redrives}`, nowMs: model.nowMs };
      const redriven = await markRedriven(row(), why);
      expect(redriven !== undefined).toBe(may);
      if (!may) return;
      leave(model, 'queued', 'due');
      Object.assign(model, {
        strikes: 0,
        notBeforeMs: 0,
        givenUpMs: undefined,
        validMs: model.nowMs + 24 * 60 * MINUTE_MS,
      });
    }),
  ),
  fc.constantFrom(1, 20_000, LEASE_MS + 1, 25 * 60 * MINUTE_MS).map((ms) =>
    command(`${ms} ms pass`, async (_real, model) => {
      model.nowMs += ms;
    }),
  ),
];

describe('the states of a message', () => {
  it('change as in the reference model, also for late and repeated writes (F02, F15, I7)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 60 }), async (sequence) => {
        world.reset();
        const message = aMessage({ nowMs: world.clock.now() });
        world.given(message);
        await fc.asyncModelRun(
          (): { model: Model; real: Real } => ({
            model: {
              nowMs: world.clock.now(),
              status: 'created',
              claimedBy: undefined,
              attempt: 0,
              strikes: 0,
              leaseMs: 0,
              notBeforeMs: 0,
              givenUpMs: undefined,
              validMs: Date.parse(message.valid_until),
              bucket: 'due',
              completed: false,
            },
            real: {
              id: message.id,
              row: () => world.row(message.id) as Message,
              claims: [],
            },
          }),
          sequence,
        );
      }),
      { numRuns: 400 },
    );
  });
});
