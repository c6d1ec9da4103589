import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FlagName } from '#lib/config/flags.ts';
import type { Message } from '#lib/messages/message.ts';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import type { ShownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import { searchDateText } from '#scripts/local/golf/list-tee-times.ts';
import { golfClientAt, slotWith } from '#test/scripts/local/golf/golf-client.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';
import type { Services } from './support/services.ts';
import { webActionsOf } from './support/web-actions.ts';

/** An unused gridpoint: the platform remembers every forecast for half an hour. */
const forecastUrl = (x: number) => `https://api.weather.gov/gridpoints/PBZ/${x},150/forecast`;
const forecastAt = (x: number) => ({
  payload: { action: 'weather', url: forecastUrl(x), days: 2 },
  arguments: { operation: 'get_forecast' },
});

const searchAt = (course: string) => ({
  payload: {
    ...{ action: 'golf', course, players: 2 },
    date: iso(Date.now() + 2 * DAY_MS).slice(0, 10),
    ...{ from: '08:00', to: '12:00' },
  },
  arguments: { operation: 'search_tee_times' },
});

/** The output of the web action of a run. */
const outputIn = <Output>(rows: readonly Message[]): Output =>
  rows.find(({ message_type }) => message_type === 'web_action')?.result?.data as Output;

const hasEnded = ({ status }: Message) => status === 'completed' || status === 'failed';

describe('a web action', () => {
  let scene: Scene;
  let services: Services;

  const resetBreakers = () =>
    Promise.all(['ntfy', 'weather-gov', 'cps-east', 'cps-west'].map(scene.resetBreaker));

  beforeAll(async () => {
    scene = await openScene();
    services = await scene.services();
    await Promise.all([resetBreakers(), scene.signedIn('admin')]);
  });

  afterEach(() => services.reset());

  afterAll(async () => {
    await resetBreakers();
    await scene.close();
  });

  const breakerOf = (service_name: string) => scene.rows.read('circuit-breaker', { service_name });

  /** The pushes of a run, each of which is on the phone exactly once. */
  const pushesIn = (rows: readonly Message[]): string[] => {
    const pushes = rows.filter(({ message_type }) => message_type === 'notify');
    return pushes.map(({ id, payload }) => {
      expect(scene.sendsOf(id).map(({ message }) => message)).toEqual([payload.message]);
      return String(payload.message);
    });
  };

  it('of a schedule becomes one push for each day of the forecast', async () => {
    const { api, completed, eventually } = scene;
    const { status, body: made } = await api<ShownSchedule>('/api/schedules', {
      name: newRun('forecast'),
      schedule_expression: `at(${iso(Date.now() + 4 * SECOND_MS).slice(0, 19)})`,
      timezone: 'UTC',
      target_type: 'web_action',
      target: {
        message_type: 'web_action',
        payload: { version: '1.0', action: 'weather', course: 'east', days: 3 },
      },
    });
    expect(status).toBe(201);

    const fired = await eventually('a fire of the schedule', {}, async () => {
      const { body } = await api<ShownSchedule>(`/api/schedules/${made.id}`);
      return body.last_run;
    });
    const rows = await completed(fired.message_id, 4);

    const pushes = pushesIn(rows);
    expect(pushes).toHaveLength(3);
    expect(new Set(pushes.map((text) => text.split('\n')[0])).size).toBe(3);
    for (const text of pushes) expect(text).toMatch(/°F.*\n(.*\n)*📍 East Course$/);
    expect(rows.find(({ message_type }) => message_type === 'web_action')).toMatchObject({
      created_by: 'scheduler',
      result: { data: { place: 'East Course' } },
    });
  });

  it('in the form of the first example has a result, a row about its call, and a push', async () => {
    const { api, completed } = scene;
    const { status, body: posted } = await api<Message>('/api/messages', {
      message_type: 'web_action',
      payload: {
        version: '1.0',
        action: 'weather',
        url: 'https://api.weather.gov/gridpoints/TOP/31,80/forecast',
      },
      arguments: { operation: 'get_forecast' },
      auth_config: { type: 'none' },
    });
    expect(status).toBe(201);

    const rows = await completed(posted.correlation_id, 3);

    const done = rows.find(({ id }) => id === posted.id);
    expect(pushesIn(rows)).toHaveLength(2);
    expect(done?.result).toMatchObject({
      summary: expect.stringContaining('°F'),
      data: { place: 'Gridpoint TOP 31,80', periods: expect.any(Array) },
    });
    const results = await api<{ data: unknown[] }>(`/api/messages/${posted.id}/results`);
    expect(results.status).toBe(200);
    expect(results.body.data).toHaveLength(1);
    expect(results.body.data[0]).toMatchObject({
      ...{ id: done?.result_id, message_id: posted.id },
      ...{ action: 'weather', operation: 'get_forecast', status: 'success', response_code: 200 },
      url: `${services.weather.url}/gridpoints/TOP/31,80/forecast`,
      response_body: expect.stringContaining('"periods"'),
    });
  });

  it('that the API waits for is answered with 200 and its result, or with 202 after the wait', async () => {
    const { api } = scene;
    const path = '/api/actions/weather/get_forecast';

    const { status, body } = await api<Message>(`${path}?wait=20`, {
      url: forecastUrl(7),
      days: 1,
    });
    services.weather.faults.switchOn('answers 503');
    const late = await api<Message>(`${path}?wait=1&notify=false`, { url: forecastUrl(8) });
    services.weather.faults.switchAllOff();

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'completed',
      result: { data: { place: 'Gridpoint PBZ 7,150' } },
    });
    expect(pushesIn(await scene.completed(body.correlation_id, 2))).toHaveLength(1);
    expect(late.status).toBe(202);
    expect(late.body).not.toHaveProperty('result');
    expect(late.body.status).not.toBe('completed');
    await scene.completed(late.body.correlation_id, 1);
  });

  it('finds the forecast of a point again after the weather service has moved its grid', async () => {
    const run = newRun('grid');
    const { post, seen } = webActionsOf(scene, run);
    const forecast = (days: number) => ({
      payload: { action: 'weather', latitude: 41.3, longitude: -75.7, days },
      arguments: { notify: false },
    });
    await seen(await post(forecast(1)), 'a forecast', hasEnded);
    services.weather.faults.switchOn('grid moved');

    await seen(await post(forecast(2)), 'a forecast of the new grid', hasEnded);
    const rows = await scene.completed(run, 2);

    const [before, after] = await Promise.all(rows.map(webActionsOf(scene, run).resultOf));
    expect(after?.url).toMatch(/\/gridpoints\/PBZ\/\d+,\d+\/forecast$/);
    expect(after?.url).not.toBe(before?.url);
  });

  it.each([
    { course: 'east', title: 'East Course' },
    { course: 'west', title: 'West Course' },
  ])('finds tee times at $course, and sends them in one push', async ({ course, title }) => {
    const run = newRun('golf');
    const search = searchAt(course);

    await webActionsOf(scene, run).post(search);
    const rows = await scene.completed(run, 2);

    const [push = ''] = pushesIn(rows);
    const { slots } = outputIn<{ slots: { start_time: string; free_places: number }[] }>(rows);
    expect(slots.length).toBeGreaterThan(0);
    for (const { start_time, free_places } of slots) {
      expect(start_time).toMatch(
        new RegExp(`^${search.payload.date}T(08|09|10|11|12):\\d\\d:00-0\\d:00$`),
      );
      expect(free_places).toBeGreaterThanOrEqual(2);
    }
    expect(push.split('\n')).toHaveLength(1 + slots.length);
    expect(push).toMatch(new RegExp(`^${title}, `));
    expect(services.golf.site(course).refusals).toEqual([]);
  });

  it('lists the reservations that the golfer made at all courses, ascending', async () => {
    const run = newRun('reservations');
    /** Book at the site itself, two or more days ahead. */
    const book = async (name: string, days: number) => {
      const site = services.golf.site(name);
      const dayMs = Date.now() + days * DAY_MS;
      const offset = `${-zoneOf(site.course.zone).offsetAt(dayMs) / MINUTE_MS}`;
      const golfer = await golfClientAt(site, offset).client(services.golfer);
      const slots = await golfer.slots({ searchDate: searchDateText(dayMs) });
      return `${(await golfer.book(slotWith(slots, 4))).reservationId}`;
    };
    const [later, sooner] = [await book('east', 4), await book('west', 2)];

    await webActionsOf(scene, run).post({
      payload: { action: 'golf' },
      arguments: { operation: 'get_reservations' },
    });
    const rows = await scene.completed(run, 2);

    const { reservations } = outputIn<{ reservations: object[] }>(rows);
    expect(reservations).toMatchObject([
      { course: 'west', reservation_id: sooner, players: 2 },
      { course: 'east', reservation_id: later, players: 2 },
    ]);
    expect(pushesIn(rows)).toEqual([expect.stringMatching(/^West Course, .*\nEast Course, /)]);
  });

  it('uses an older forecast and states its age while the service fails; others wait and complete afterwards', {
    timeout: 120_000,
  }, async () => {
    const { queues, rows } = scene;
    const run = newRun('weather-down');
    const { post, seen, released } = webActionsOf(scene, run);
    await seen(await post(forecastAt(1)), 'a forecast', hasEnded);
    const cached = (await rows.all('web-action-results')).find(({ value }) =>
      String(value).includes('Gridpoint PBZ 1,150'),
    );
    const stored_at = iso(Date.now() - 3 * HOUR_MS);
    await rows.edit('web-action-results', { id: cached?.id }, { stored_at });
    services.weather.faults.switchOn('answers 503');

    const [older, parked] = [await post(forecastAt(1)), await post(forecastAt(2))];
    const answered = await seen(older, 'an older forecast', hasEnded);
    const waiting = await seen(parked, 'a parked message', ({ retry_count }) => retry_count > 0);
    const opening = [await post(forecastAt(3)), await post(forecastAt(4))];
    const isHeld = ({ due_bucket }: Message) => due_bucket === 'held-weather-gov';
    await Promise.all(opening.map((message) => seen(message, 'a held message', isHeld)));
    const calls = services.weather.received.length;
    await seen(await post(forecastAt(5)), 'a held message', isHeld);

    expect(answered).toMatchObject({
      status: 'completed',
      result: {
        stale_seconds: expect.toSatisfy((age: number) => age >= 10_800 && age < 10_900),
        summary: expect.stringMatching(/^The service does not respond\. This is 3 hours old\.\n/),
      },
    });
    expect(waiting).toMatchObject({
      ...{ status: 'queued', error_code: 'HTTP_5XX', due_bucket: 'due', strikes: 0 },
    });
    expect(await breakerOf('weather-gov')).toMatchObject({ state: 'open', reason: 'failures' });
    expect(services.weather.received).toHaveLength(calls);

    services.weather.faults.switchAllOff();
    const past = iso(Date.now() - 10_000);
    await rows.edit('circuit-breaker', { service_name: 'weather-gov' }, { open_until: past });
    const done = await released(6 + 12);

    const notes = pushesIn(done).filter((text) => text.includes('does not respond'));
    expect(notes).toHaveLength(2);
    expect(await breakerOf('weather-gov')).toMatchObject({ state: 'closed' });
    expect(await queues.depth('web-actions-dlq')).toBe(0);
  });

  it('fails at a challenge with the page of the course; later ones wait, and one push reports it', {
    timeout: 90_000,
  }, async () => {
    const { eventually, ntfy, sweep, topic } = scene;
    const run = newRun('challenge');
    const { post, seen } = webActionsOf(scene, run);
    const site = services.golf.site('east');
    site.faults.switchOn('bot challenge');
    const search = searchAt('east');
    const another = { ...search, payload: { ...search.payload, players: 3 } };

    const failed = await seen(await post(another), 'a failed search', hasEnded);
    const calls = site.received.length;
    const held = await seen(
      await post({ ...search, payload: { ...search.payload, players: 4 } }),
      'a held search',
      ({ due_bucket }) => due_bucket === 'held-cps-east',
    );
    await sweep();
    await sweep();
    const reports = () =>
      ntfy.phone(topic).filter(({ title }) => title === 'cps-east blocks automated calls');
    await eventually(
      'a push about the challenge',
      { runs: ['opened-cps-east'] },
      () => reports().length > 0,
    );

    expect(failed).toMatchObject({
      status: 'failed',
      error_code: 'BLOCKED_BY_PROVIDER',
      error_message: expect.stringContaining(`use ${site.url}/`),
    });
    expect(held).toMatchObject({ status: 'queued', error_code: 'CIRCUIT_OPEN' });
    expect(site.received).toHaveLength(calls);
    expect(await breakerOf('cps-east')).toMatchObject({ state: 'open', reason: 'blocked' });
    expect(reports()).toHaveLength(1);
    expect(await scene.rows.ofRun('opened-cps-east')).toHaveLength(1);
    // The other course is a service of its own.
    expect(await breakerOf('cps-west')).not.toMatchObject({ state: 'open' });

    site.faults.switchAllOff();
    await scene.resetBreaker('cps-east');
    const done = await eventually('the held search', { runs: [run] }, async () => {
      await sweep();
      const row = await scene.row(held.id);
      return row?.status === 'completed' && row;
    });
    expect(done).toMatchObject({ result: { data: { course: 'east', players: 4 } } });
  });

  it('waits while the flag web-actions is off, and is carried out once it is on', async () => {
    const { completed, setFlag, renew, sweep } = scene;
    const run = newRun('flag');
    const { post, seen } = webActionsOf(scene, run);
    /** Functions cache flags for a minute. A function that starts reads them at once. */
    const setFlagNow = async (name: FlagName, value: string) => {
      await setFlag(name, value);
      await renew('web-action');
    };
    const calls = services.weather.received.length;

    await setFlagNow('web-actions', 'off');
    const held = await seen(
      await post(forecastAt(6)),
      'a held message',
      ({ due_bucket }) => due_bucket === 'held-web-actions',
    ).finally(() => setFlagNow('web-actions', 'on'));
    const callsWhileOff = services.weather.received.length - calls;
    await sweep();
    const rows = await completed(run, 3);

    expect(held).toMatchObject({ status: 'queued', error_code: 'FEATURE_DISABLED', strikes: 0 });
    expect(callsWhileOff).toBe(0);
    expect(pushesIn(rows)).toHaveLength(2);
  });
});
