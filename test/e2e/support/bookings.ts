import { randomUUID } from 'node:crypto';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { expect, inject } from 'vitest';
import { dateText, localDayOf } from '#lib/actions/golf/local-day.ts';
import { slotIdOf } from '#lib/actions/golf/slot-id.ts';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { DAY_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { localText, zoneOf } from '#lib/platform/zone.ts';
import type { ShownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import { parameterName, putParameter } from '#scripts/local/contents.ts';
import type { GolfSite } from '#scripts/local/golf/golf-site.ts';
import { localCourses } from '#scripts/local/golf/local-sites.ts';
import { teeTimesOf } from '#scripts/local/golf/tee-sheet.ts';
import { golfClientAt } from '#test/scripts/local/golf/golf-client.ts';
import { newRun } from './rows.ts';
import { openScene, type Scene } from './scene.ts';
import { type Services, servicesAt } from './services.ts';

/** What a booking names. */
export interface Wish {
  course: string;
  slot_id: string;
  start_time: string;
  players: number;
  max_total_cents: number;
}

export interface PostOptions {
  /** The correlation id. Default: a new one. */
  run?: string;
  arguments?: Record<string, unknown>;
}

/** Never fires by itself during a test. */
const YEARLY = 'cron(0 3 1 1 ? *)';
const YEAR_DAYS = 365;
const WEEK_DAYS = 7;
const BREAKERS = ['ntfy', 'cps-east', 'cps-west'];

/** A scene with golf courses that can be booked a year ahead, so that every test has a week of its own. */
export const openBookings = async () => bookingsIn(await openScene());

/** The same in a scene that is open. Closes it. */
export const bookingsIn = async (scene: Scene) => {
  const services = await scene.services({ daysInAdvance: YEAR_DAYS });
  const { ssm } = scene.clients;
  const courses = localCourses(servicesAt(inject('platform').servicePorts).golfOrigins);
  const setCourses = (days_ahead: number | undefined) => {
    const own = courses.map((one) => ({ ...one, ...(days_ahead ? { days_ahead } : {}) }));
    return putParameter(ssm, 'courses', JSON.stringify(own));
  };
  /** New processes read parameters at once. */
  const renew = () => Promise.all(['web-action', 'web-api'].map(scene.renew));
  const resetBreakers = () => Promise.all(BREAKERS.map(scene.resetBreaker));

  await Promise.all([
    setCourses(YEAR_DAYS),
    resetBreakers(),
    emptyLedger(scene),
    scene.setFlag('dry-run', 'off'),
    scene.signedIn('admin'),
  ]);
  await renew();
  return {
    ...scene,
    ...bookingsAt(scene, services),
    services,
    resetBreakers,
    /** Switches all faults off and closes the breakers. */
    reset: async () => {
      for (const { faults } of services.golf.sites) faults.switchAllOff();
      await resetBreakers();
    },
    /** Sets the parameter `policy`, whatever is in it; `undefined` removes it. Functions read it at once. */
    setPolicy: async (policy: string | object | undefined) => {
      if (policy === undefined) {
        await ssm.send(new DeleteParameterCommand({ Name: parameterName('policy') }));
      } else {
        const text = typeof policy === 'string' ? policy : JSON.stringify(policy);
        await putParameter(ssm, 'policy', text);
      }
      await renew();
    },
    close: async () => {
      await Promise.all([setCourses(undefined), resetBreakers()]);
      await renew();
      await scene.close();
    },
  };
};

export type Bookings = Awaited<ReturnType<typeof openBookings>>;

const emptyLedger = async ({ rows }: Scene) => {
  for (const { effect_id } of await rows.all('effects'))
    await rows.remove('effects', { effect_id });
};

let week = 1;

/** A Monday that no other test of the file uses, as its midnight. Its week has no other one either. */
const newMonday = (): number => {
  const firstMs = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
  const daysToMonday = (8 - new Date(firstMs).getUTCDay()) % WEEK_DAYS;
  week += 1;
  return firstMs + (daysToMonday + week * WEEK_DAYS) * DAY_MS;
};

const bookingsAt = (scene: Scene, { golf, golfer }: Services) => {
  const { api, eventually, rows, sweep } = scene;

  /** The n-th free tee time of a local day. */
  const slotOn = (course: string, dayMs: number, n = 0): Wish => {
    const site = golf.site(course);
    const zone = zoneOf(site.course.zone);
    const free = teeTimesOf(site.course, zone, dayMs).filter(
      ({ takenSeats }) => takenSeats.length === 0,
    );
    const { teeSheetId, startMs, holes } = free[n] ?? expect.fail(`no free tee time ${n}`);
    return {
      course,
      slot_id: slotIdOf([course, teeSheetId, startMs, holes]),
      start_time: localText(startMs, zone.offsetAt(startMs)),
      players: 2,
      max_total_cents: 20_000,
    };
  };

  const postAction = async (
    operation: string,
    input: object,
    { run = newRun(operation), arguments: more = {} }: PostOptions = {},
  ): Promise<Message> => {
    const { status, body } = await api<Message>(
      '/api/messages',
      {
        ...{ message_type: 'web_action', correlation_id: run },
        payload: { version: '1.0', action: 'golf', ...input },
        arguments: { operation, ...more },
      },
      { 'Idempotency-Key': randomUUID() },
    );
    expect(body).not.toHaveProperty('error');
    expect(status).toBe(201);
    return body;
  };

  /** The row of a message once it is as expected. */
  const seen = (
    { id, correlation_id }: Pick<Message, 'id' | 'correlation_id'>,
    what: string,
    isExpected: (row: Message) => boolean,
  ): Promise<Message> =>
    eventually(what, { runs: [correlation_id], timeoutMs: 60_000 }, async () => {
      const row = await scene.row(id);
      return row !== undefined && isExpected(row) && row;
    });

  /** Acts as if time had passed for an effect: moves its times into the past. */
  const age = async ({ effect_id }: Pick<Effect, 'effect_id'>, minutes: number) => {
    const effect = (await rows.read('effects', { effect_id })) as Effect;
    const { sent_at, absent_at, updated_date } = effect;
    const earlier = (time: string) => iso(Date.parse(time) - minutes * MINUTE_MS);
    await rows.edit(
      'effects',
      { effect_id },
      {
        ...(sent_at === undefined ? {} : { sent_at: earlier(sent_at) }),
        absent_at: absent_at.map(earlier),
        updated_date: earlier(updated_date),
      },
    );
  };

  /** The booking of a run of a schedule. */
  const bookingIn = (run: string): Promise<Message> =>
    eventually('a booking', { runs: [run] }, async () =>
      (await rows.ofRun(run)).find(
        ({ parent_id, message_type }) => parent_id !== undefined && message_type === 'web_action',
      ),
    );

  return {
    newMonday,
    slotOn,
    age,
    bookingIn,
    postAction,
    seen,
    /** A tee time at the east course in a week of its own. */
    newSlot: (course = 'east'): Wish => slotOn(course, newMonday()),
    /** A person posts a booking. */
    book: (wish: Wish, options?: PostOptions) => postAction('book_tee_time', wish, options),
    cancel: (course: string, reservation_id: string) =>
      postAction('cancel_reservation', { course, reservation_id }),
    /** Creates a schedule that books the best tee time of a day. */
    schedule: async (
      dayMs: number,
      { expression = YEARLY, course = 'east' } = {},
    ): Promise<ShownSchedule> => {
      const { status, body } = await api<ShownSchedule>('/api/schedules', {
        name: newRun('tee-time'),
        schedule_expression: expression,
        timezone: 'UTC',
        target_type: 'web_action',
        target: {
          message_type: 'web_action',
          payload: {
            ...{ version: '1.0', action: 'golf', course, date: dateText(dayMs), auto_book: true },
            ...{ from: '08:00', to: '12:00', players: 2, max_total_cents: 20_000 },
          },
          arguments: { operation: 'search_tee_times' },
        },
      });
      expect(body).not.toHaveProperty('error');
      expect(status).toBe(201);
      return body;
    },
    /** The booking of the last fire of a schedule. */
    bookingOf: async ({ id }: Pick<ShownSchedule, 'id'>): Promise<Message> => {
      const { message_id } = await eventually('a fire', {}, async () => {
        const { body } = await api<ShownSchedule>(`/api/schedules/${id}`);
        return body.last_run;
      });
      return bookingIn(message_id);
    },
    /** Waits until a message has ended. Does not shorten the time for which it is parked. */
    ended: (message: Pick<Message, 'id' | 'correlation_id'>): Promise<Message> =>
      seen(message, 'the end of a message', isEnded),
    /** Waits until a message waits for a yes. */
    asked: async (message: Pick<Message, 'id' | 'correlation_id'>) => {
      const row = await seen(
        message,
        'a message that waits for a yes',
        ({ due_bucket }) => due_bucket === 'held-approval',
      );
      return requireText(row.approval_id);
    },
    approval: async (id: string) => (await rows.read('approvals', { id })) as Approval | undefined,
    decide: (id: string, decision: 'approve' | 'deny', body: object = {}) =>
      api<Approval & { error?: { code: string } }>(`/api/approvals/${id}/${decision}`, body),
    /** The effect of a message as it is stored. */
    effectOf: async ({ id }: Pick<Message, 'id'>): Promise<Effect> => {
      const { effect_id } = (await scene.row(id)) ?? {};
      const effect = await rows.read('effects', { effect_id: requireText(effect_id) });
      return effect as Effect;
    },
    resolve: ({ effect_id }: Pick<Effect, 'effect_id'>, outcome: string, reason = 'I looked') =>
      api<Effect & { error?: { code: string } }>(`/api/effects/${effect_id}/resolve`, {
        ...{ outcome, reason },
      }),
    redrive: ({ id }: Pick<Message, 'id'>) =>
      api<Message & { error?: { code: string } }>(`/api/messages/${id}/redrive`, {
        reason: 'once more',
      }),
    /** Acts as if the time had passed for which a message is parked. */
    wake: async ({ id }: Pick<Message, 'id'>) => {
      const past = iso(Date.now() - 10_000);
      await rows.editMessage(id, { not_before: past, next_due_at: past });
      await sweep();
    },
    /** Acts as if the time had passed for which the messages of a run are parked, and for which their effects settle. */
    pass: async (run: string, minutes: number) => {
      const past = iso(Date.now() - 10_000);
      for (const { id, status, not_before = past, effect_id } of await rows.ofRun(run)) {
        if (status !== 'queued' || not_before < iso(Date.now())) continue;
        if (effect_id !== undefined) await age({ effect_id }, minutes);
        await rows.editMessage(id, { not_before: past, next_due_at: past });
      }
    },
    /** Waits until every message of a run has ended. Does not wait while messages are parked. */
    runEnded: (run: string, count = 1): Promise<Message[]> =>
      eventually('the end of a run', { runs: [run], timeoutMs: 90_000 }, async () => {
        const past = iso(Date.now() - 10_000);
        for (const { id, status, not_before = past } of await rows.ofRun(run)) {
          if (status !== 'queued' || not_before < iso(Date.now())) continue;
          await rows.editMessage(id, { not_before: past, next_due_at: past });
        }
        await sweep();
        const found = await rows.ofRun(run);
        return found.length >= count && found.every(isEnded) && found;
      }),
    /** The pushes on the phone about a run, oldest first. */
    pushesOf: async (run: string) => {
      const ids = (await rows.ofRun(run)).map(({ id }) => id);
      const shown = scene.ntfy.phone(scene.topic);
      return shown.filter(({ sequence_id = '' }) => ids.includes(sequence_id));
    },
    /** The counters of the golfer that count the week of a day, by their periods. */
    used: async () => {
      const counters = (await rows.all('effects')).filter(({ effect_id }) =>
        String(effect_id).startsWith('quota_'),
      );
      return Object.fromEntries(
        counters.map(({ effect_id, used }) => [String(effect_id).split('_').at(-1), used]),
      );
    },
    /** What the course has on a day. */
    bookedOn: (course: string, start_time: string) =>
      reservationsOn(golf.site(course), start_time.slice(0, 10)),
    /** The requests that would book at the course. */
    commits: (course: string) =>
      golf.site(course).received.filter(({ path }) => path.endsWith('/ReserveTeeTimes')).length,
    /** The golfer at the course itself, without the platform. */
    byHand: (course: string) => {
      const site = golf.site(course);
      const offset = -zoneOf(site.course.zone).offsetAt(Date.now()) / MINUTE_MS;
      return golfClientAt(site, `${offset}`).client(golfer);
    },
  };
};

export const isEnded = ({ status }: Pick<Message, 'status'>): boolean =>
  status === 'completed' || status === 'failed';

/** The id of the reservation that a message made. */
export const reservationIdOf = ({ result }: Pick<Message, 'result'>): string =>
  requireText((result?.data as { reservation_id?: string } | undefined)?.reservation_id);

const reservationsOn = (site: GolfSite, date: string) => {
  const zone = zoneOf(site.course.zone);
  return site
    .reservations()
    .filter(({ teeTime }) => dateText(localDayOf(teeTime.startMs, zone)) === date);
};

const requireText = (text: string | undefined): string => text ?? expect.fail('there is no id');
