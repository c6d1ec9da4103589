import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createPublisher } from '#lib/bus/topics.ts';
import type { Message } from '#lib/messages/message.ts';
import { TOPICS } from '#lib/messages/routes.ts';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { fire } from '#lib/schedules/fires/fire.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { releaseWaiting } from '#lib/schedules/fires/release-waiting.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import { SCHEDULES_TABLE, SOME_ID } from '#test/support/schedules.ts';
import { MESSAGES_TABLE } from '#test/support/world.ts';

const world = scheduledWorld();
const { clock, db, log } = world;
beforeEach(() => world.reset());
afterAll(() => world.uninstall());

const OTHER_ID = 'sched_20260301120001_ABCDEFGH';
const publisher = createPublisher('scheduler', TOPICS);
const deps = { publisher, clock, log, stage: 'dev' } as const;
const row = (id = SOME_ID): Schedule => world.schedule(id) ?? expect.fail('gone');
const fireNow = (minuteMs: number, schedule = row()) => fire(schedule, { minuteMs }, deps);
const start = async (overlap: Schedule['overlap'], id = SOME_ID) => {
  await world.create({ overlap, name: id }, id);
  return Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
};
const change = (id: string, fields: Partial<Message>) =>
  db.put(MESSAGES_TABLE, { ...db.get<Message>(MESSAGES_TABLE, { id }), ...fields });
/** The run of a fire ended so long ago. */
const end = (ms: number, agoMs: number, id = SOME_ID) =>
  change(fireId(id, ms), {
    status: 'completed',
    processing_completed_at: iso(clock.now() - agoMs),
  });
const release = (schedules: readonly Schedule[], deadlineMs = clock.now() + MINUTE_MS) =>
  releaseWaiting(schedules, { publisher, clock, log, deadlineMs });

describe('a fire', () => {
  it('becomes one message, however often it arrives', async () => {
    const ms = await start('allow');
    const id = fireId(SOME_ID, ms);

    expect(await fireNow(ms)).toEqual({ id, outcome: 'fired' });
    expect(await fireNow(ms)).toEqual({ id, outcome: 'duplicate' });
    expect(world.fired(ms)).toMatchObject({
      ...{ id, status: 'queued', created_by: 'scheduler', correlation_id: id },
      valid_until: iso(ms + HOUR_MS),
    });
    expect(row()).toMatchObject({
      execution_count: 1,
      last_fired_at: iso(ms),
      last_run: { message_id: id, scheduled_time: iso(ms), status: 'running' },
      open_runs: [{ message_id: id, scheduled_time: iso(ms) }],
    });
    expect(row()).not.toHaveProperty('running');
    expect(row()).not.toHaveProperty('unexpected_fires');
  });

  it('that arrives twice at once is a duplicate for one of both', async () => {
    const ms = await start('allow');
    const schedule = row();

    const elsewhere = { ...deps, clock: clock.skewed(1) };

    const both = await Promise.all([
      fireNow(ms, schedule),
      fire(schedule, { minuteMs: ms }, elsewhere),
    ]);

    expect(both.map((one) => one?.outcome).sort()).toEqual(['duplicate', 'fired']);
    expect(row().execution_count).toBe(1);
  });

  it('is counted when it arrives again, if the message was put and not counted', async () => {
    const ms = await start('allow');
    const before = row();
    await fireNow(ms);
    db.put(SCHEDULES_TABLE, before);

    expect(await fire(row(), { minuteMs: ms, isUnexpected: true }, deps)).toMatchObject({
      outcome: 'duplicate',
    });
    expect(row()).toMatchObject({ execution_count: 1, unexpected_fires: [iso(ms)] });
  });

  it('that is not newer than the last counted one is not counted', async () => {
    const ms = await start('allow');
    await fireNow(ms + MINUTE_MS);

    expect(await fireNow(ms)).toMatchObject({ outcome: 'fired' });
    expect(row()).toMatchObject({ execution_count: 1, last_fired_at: iso(ms + MINUTE_MS) });
  });

  it('is counted although other writes change the row first', async () => {
    const ms = await start('allow');
    const stale = row();
    await fireNow(ms);

    expect(await fireNow(ms + MINUTE_MS, stale)).toMatchObject({ outcome: 'fired' });
    expect(row()).toMatchObject({ execution_count: 2, last_fired_at: iso(ms + MINUTE_MS) });
    expect(row().open_runs).toHaveLength(2);
  });

  it('of a schedule that another write changed first does nothing, so that it is decided again', async () => {
    const ms = await start('skip');
    const stale = row();
    await fireNow(ms);

    expect(await fireNow(ms + MINUTE_MS, stale)).toBeUndefined();
    expect(world.fireMessages()).toHaveLength(1);
    world.change({ exceptions: [{ scheduled_time: iso(ms - HOUR_MS), outcome: 'missed' }] });
    const older = { ...row(), exceptions: [] };
    expect(await fireNow(ms + 2 * MINUTE_MS, older)).toBeUndefined();
  });
});

describe('a fire while a run is open', () => {
  it('is skipped and recorded once: skip', async () => {
    const ms = await start('skip');
    await fireNow(ms);
    const laterMs = ms + MINUTE_MS;
    const skipped = { id: fireId(SOME_ID, laterMs), outcome: 'skipped' };

    expect(await fireNow(laterMs)).toEqual(skipped);
    expect(row().exceptions).toEqual([{ scheduled_time: iso(laterMs), outcome: 'skipped' }]);
    expect(row().running).toEqual({
      message_id: fireId(SOME_ID, ms),
      valid_until: iso(ms + HOUR_MS),
    });
    end(ms, HOUR_MS);
    expect(await fireNow(laterMs)).toEqual(skipped);
    expect(await fireNow(laterMs + MINUTE_MS)).toMatchObject({ outcome: 'fired' });
  });

  it('stays missed if it was missed before', async () => {
    const ms = await start('skip');
    await fireNow(ms);
    const missed = { scheduled_time: iso(ms + MINUTE_MS), outcome: 'missed' as const };
    world.change({ exceptions: [missed] });

    expect(await fireNow(ms + MINUTE_MS)).toMatchObject({ outcome: 'skipped' });
    expect(row().exceptions).toEqual([missed]);
    end(ms, HOUR_MS);
    expect(await fireNow(ms + MINUTE_MS)).toMatchObject({ outcome: 'fired' });
  });

  it('waits if no other one waits: queue_one', async () => {
    const ms = await start('queue_one');
    await fireNow(ms);
    const [secondMs, thirdMs] = [ms + MINUTE_MS, ms + 2 * MINUTE_MS];
    const id = fireId(SOME_ID, secondMs);

    expect(await fireNow(secondMs)).toEqual({ id, outcome: 'waiting' });
    expect(await fireNow(thirdMs)).toMatchObject({ outcome: 'skipped' });
    expect(await fireNow(secondMs)).toEqual({ id, outcome: 'duplicate' });
    expect(row().waiting).toEqual({ message_id: id, valid_until: iso(secondMs + HOUR_MS) });
    expect(world.fired(secondMs)).toMatchObject({
      status: 'created',
      due_bucket: 'held-overlap',
      next_due_at: iso(secondMs + HOUR_MS),
    });
  });

  it('takes the slot that the row names for it, after a crash before its message was put', async () => {
    const ms = await start('queue_one');
    await fireNow(ms);
    const laterMs = ms + MINUTE_MS;
    const place = { message_id: fireId(SOME_ID, laterMs), valid_until: iso(laterMs + HOUR_MS) };
    world.change({ waiting: place });
    expect(await fireNow(laterMs)).toMatchObject({ outcome: 'waiting' });

    const lastMs = ms + 2 * MINUTE_MS;
    world.change({
      running: { message_id: fireId(SOME_ID, lastMs), valid_until: iso(lastMs + HOUR_MS) },
    });
    expect(await fireNow(lastMs)).toMatchObject({ outcome: 'fired' });
  });

  it('runs fifteen seconds after that run has ended', async () => {
    const ms = await start('skip');
    await fireNow(ms);

    end(ms, 15 * SECOND_MS - 1);
    expect(await fireNow(ms + MINUTE_MS)).toMatchObject({ outcome: 'skipped' });
    end(ms, 15 * SECOND_MS);
    expect(await fireNow(ms + 2 * MINUTE_MS)).toMatchObject({ outcome: 'fired' });
  });

  it('runs when that run has expired', async () => {
    const ms = await start('skip');
    await fireNow(ms);
    const updated_date = iso(clock.now() - MINUTE_MS);
    const id = fireId(SOME_ID, ms);

    change(id, { valid_until: iso(clock.now() + 1), updated_date });
    expect(await fireNow(ms + MINUTE_MS)).toMatchObject({ outcome: 'skipped' });
    change(id, { valid_until: iso(clock.now()), updated_date });
    expect(await fireNow(ms + 2 * MINUTE_MS)).toMatchObject({ outcome: 'fired' });
  });
});

describe('the sweeper', () => {
  const waitingOf = async (id: string) => {
    const ms = await start('queue_one', id);
    await fireNow(ms, row(id));
    await fireNow(ms + MINUTE_MS, row(id));
    return ms;
  };

  it('releases the waiting fire of each schedule whose run is over, and counts them', async () => {
    const ms = await waitingOf(SOME_ID);
    await waitingOf(OTHER_ID);
    const both = () => [row(), row(OTHER_ID)];
    expect(await release(both())).toBe(0);

    end(ms, MINUTE_MS);
    end(ms, MINUTE_MS, OTHER_ID);
    expect(await release(both(), clock.now())).toBe(0);
    expect(await release(both())).toBe(2);

    const id = fireId(SOME_ID, ms + MINUTE_MS);
    expect(row().running).toEqual({
      message_id: id,
      valid_until: iso(ms + MINUTE_MS + HOUR_MS),
      released_at: iso(clock.now()),
    });
    expect(row()).not.toHaveProperty('waiting');
    expect(world.fired(ms + MINUTE_MS)?.due_bucket).toBe('due');
    expect(await release(both())).toBe(0);
  });

  it('releases one fire if only one run is over, also after others', async () => {
    const ms = await waitingOf(SOME_ID);
    await waitingOf(OTHER_ID);
    end(ms, MINUTE_MS, OTHER_ID);

    expect(await release([row(), row(OTHER_ID)])).toBe(1);
    expect(world.fired(ms + MINUTE_MS)?.due_bucket).toBe('held-overlap');
    expect(world.fired(ms + MINUTE_MS, OTHER_ID)?.due_bucket).toBe('due');
  });

  it('releases a fire that an earlier tick named as the running one', async () => {
    const ms = await waitingOf(SOME_ID);
    const { waiting, ...others } = row();
    if (waiting === undefined) throw new Error('nothing waits');
    world.change({ ...others, running: waiting });

    expect(await release([row()])).toBe(1);
    expect(world.fired(ms + MINUTE_MS)?.due_bucket).toBe('due');
  });

  it('releases a fire whose schedule names no running one', async () => {
    const ms = await waitingOf(SOME_ID);
    const { running: _running, ...others } = row();
    db.put(SCHEDULES_TABLE, others);

    expect(await release([others])).toBe(1);
    expect(row().running?.message_id).toBe(fireId(SOME_ID, ms + MINUTE_MS));
  });

  it('does not release a fire that is not held any more', async () => {
    const ms = await waitingOf(SOME_ID);
    await waitingOf(OTHER_ID);
    change(fireId(SOME_ID, ms + MINUTE_MS), { due_bucket: 'due' });
    end(ms, MINUTE_MS);
    const before = row();

    expect(await release([before])).toBe(0);
    expect(row()).toEqual(before);
  });

  it('leaves a fire released if its wake-up is not published', async () => {
    const ms = await waitingOf(SOME_ID);
    end(ms, MINUTE_MS);
    world.wire.decide(({ name }) => (name.startsWith('sns') ? { kind: 'fail-before' } : undefined));

    expect(await release([row()])).toBe(1);
    world.wire.decide(undefined);
    expect(world.fired(ms + MINUTE_MS)?.due_bucket).toBe('due');
    expect(log.lines).toContainEqual(
      expect.objectContaining({ message: 'wake-up not published, sweeper retries it' }),
    );
  });

  it('does not release a fire if another write changed the row first', async () => {
    const ms = await waitingOf(SOME_ID);
    end(ms, MINUTE_MS);
    const stale = row();
    world.change({ waiting: { message_id: 'msg_other', valid_until: iso(ms) } });

    expect(await release([stale])).toBe(0);
    expect(world.fired(ms + MINUTE_MS)?.due_bucket).toBe('held-overlap');
  });
});
