import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#lib/platform/clock.ts';
import { type Api, loadApi, MESSAGES } from '#test/handlers/web-api/api.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';

/** 08:00 on Friday, March 6, 2026 in New York. Clocks skip 02:00 to 02:59 on March 8. */
const NOW_MS = Date.parse('2026-03-06T13:00:00.000Z');

const LIGHT = {
  title: 'Kitchen light',
  description: 'Switches the light in the kitchen.',
  origin: 'https://home.example',
  method: 'POST',
  path: '/lights/{state}',
  auth: { type: 'none' },
  effect: 'reversible',
  input: {
    type: 'object',
    properties: {
      path: {
        type: 'object',
        properties: {
          state: { type: 'string', enum: ['on', 'off'], description: 'On or off' },
        },
        required: ['state'],
      },
    },
    required: ['path'],
  },
  timeout_ms: 5_000,
};

const PARAMETERS = {
  services: '{"weather-gov":"https://weather.example"}',
  'endpoints/kitchen-light': JSON.stringify(LIGHT),
};

const FORECAST_URL = 'https://api.weather.gov/gridpoints/PBZ/25,67/forecast';
const SEARCH = { course: 'birdsfoot', date: '2026-03-07', players: 2 };
const NONE = { contact: undefined, home: undefined, courses: undefined, services: undefined };

let api: Api;
let close = () => {};

const load = async (parameters: Readonly<Record<string, string>>) => {
  close();
  api = await loadApi({ LOG_LEVEL: 'warn' });
  for (const [name, value] of Object.entries(parameters)) api.ssm.parameters.set(name, value);
  const { systemClock: clock } = await import('#lib/platform/clock.ts');
  const { schedulerClient } = await import('#lib/schedules/event-bridge.ts');
  vi.spyOn(clock, 'now').mockReturnValue(NOW_MS);
  const bridge = installScheduler(schedulerClient, { clock: systemClock });
  close = () => {
    bridge.uninstall();
    api.close();
  };
};
beforeEach(() => load(PARAMETERS));
afterEach(() => {
  close();
  close = () => {};
  vi.restoreAllMocks();
});

const post = (path: string, body: unknown) => api.request({ method: 'POST', path, body });

const messageOf = (name: string, input: object) => {
  const [action, operation] = name.split('/');
  return {
    message_type: 'web_action',
    payload: { version: '1.0', action, ...input },
    arguments: { operation },
  };
};
const scheduleOf = (name: string, input: object) => ({
  name: 'morning',
  schedule_expression: 'rate(1 day)',
  target_type: 'web_action',
  target: messageOf(name, input),
});
const changeOf = (name: string, input: object) => {
  const { target, ...times } = scheduleOf(name, input);
  return {
    message_type: 'schedule_creation',
    payload: target,
    arguments: { ...times, action: 'create' },
  };
};

/** The same request by each way to create a message, with the path that is before that of the input. */
const ENTRIES = [
  { at: '/api/messages', under: 'payload.', bodyOf: messageOf },
  { at: '/api/actions', under: '', bodyOf: (_: string, input: object) => input },
];
const SCHEDULED_ENTRIES = [
  { at: '/api/schedules', under: 'target.payload.', bodyOf: scheduleOf },
  { at: '/api/messages', under: 'payload.payload.', bodyOf: changeOf },
];

const LASTING = [
  { name: 'weather/get_forecast', input: { course: 'augusta' }, path: 'course' },
  { name: 'weather/get_forecast', input: {}, path: 'course' },
  {
    name: 'weather/get_forecast',
    input: { url: FORECAST_URL.replace('api.weather.gov', 'weather.test') },
    path: 'url',
  },
  { name: 'golf/search_tee_times', input: { ...SEARCH, course: 'augusta' }, path: 'course' },
  { name: 'golf/fetch_reservations', input: { course: 'augusta' }, path: 'course' },
  { name: 'http/call', input: { endpoint: 'garage' }, path: 'endpoint' },
  {
    name: 'http/call',
    input: { endpoint: 'kitchen-light', path: { state: 'dim' } },
    path: 'path.state',
  },
  {
    name: 'http/call',
    input: { endpoint: 'kitchen-light', path: { state: 'on' }, query: { a: 1 } },
    path: 'query',
  },
];

const START = { course: 'birdsfoot', players: 2 };
const DATED = [
  { input: { ...SEARCH, date: '2026-03-05' }, path: 'date' },
  { input: { ...SEARCH, date: '2026-03-14' }, path: 'date' },
  { input: { ...SEARCH, date: '2026-03-06', to: '07:59' }, path: 'to' },
  { input: { ...SEARCH, date: '2026-03-08', from: '02:30' }, path: 'from' },
  {
    input: { ...START, start_time: '2026-03-05T09:00', end_time: '2026-03-05T10:00' },
    path: 'start_time',
  },
  {
    input: { ...START, start_time: '2026-03-08T01:00', end_time: '2026-03-08T02:30' },
    path: 'end_time',
  },
].map((one) => ({ ...one, name: 'golf/search_tee_times' }));

describe.each(ENTRIES)('POST $at', ({ at, under, bodyOf }) => {
  const send = (name: string, input: object) =>
    post(at === '/api/actions' ? `${at}/${name}` : at, bodyOf(name, input));

  it.each([...LASTING, ...DATED])(
    'refuses what does not fit the configuration, and stores nothing: $name $input',
    async ({ name, input, path }) => {
      const { status, body } = await send(name, input);

      expect([status, body.error?.code]).toEqual([400, 'VALIDATION_ERROR']);
      expect(body.error?.details?.map((one) => one.path)).toEqual([`${under}${path}`]);
      expect(api.dynamo.rows(MESSAGES)).toEqual([]);
    },
  );

  it.each([
    { name: 'weather/get_forecast', input: { url: FORECAST_URL } },
    {
      name: 'weather/get_forecast',
      input: { url: FORECAST_URL.replace('api.weather.gov', 'weather.example') },
    },
    { name: 'golf/search_tee_times', input: { ...SEARCH, date: '2026-03-13' } },
    { name: 'golf/search_tee_times', input: { ...SEARCH, date: '2026-03-06', to: '08:00' } },
    { name: 'golf/fetch_reservations', input: {} },
    { name: 'http/call', input: { endpoint: 'kitchen-light', path: { state: 'on' } } },
  ])('accepts what fits: $name $input', async ({ name, input }) => {
    expect((await send(name, input)).status).toBe(201);
  });

  it('uses what operators set', async () => {
    const { coursesOf } = await import('#lib/actions/courses.ts');
    const [birdsfoot] = coursesOf({ parameters: NONE });
    const augusta = { ...birdsfoot, name: 'augusta', days_ahead: 30 };
    await load({ home: '40.75,-79.65', courses: JSON.stringify([augusta]) });

    const search = { ...SEARCH, course: 'augusta', date: '2026-04-05' };
    expect((await send('golf/search_tee_times', search)).status).toBe(201);
    expect((await send('weather/get_forecast', {})).status).toBe(201);
  });
});

describe.each(SCHEDULED_ENTRIES)('a schedule by POST $at', ({ at, under, bodyOf }) => {
  it.each(LASTING)(
    'is refused if it never fits the configuration: $name $input',
    async ({ name, input, path }) => {
      const { status, body } = await post(at, bodyOf(name, input));

      expect([status, body.error?.code]).toEqual([400, 'VALIDATION_ERROR']);
      expect(body.error?.details?.map((one) => one.path)).toEqual([`${under}${path}`]);
    },
  );

  it.each(DATED)('is accepted with a date that cannot be booked now: $input', async (dated) => {
    expect((await post(at, bodyOf(dated.name, dated.input))).status).toBe(201);
  });
});

describe('a schedule', () => {
  it.each([
    { input: { ...SEARCH, course: 'augusta' }, path: 'course' },
    { input: { ...SEARCH, date: '2026-03-14' }, path: 'date' },
  ])('is not run by hand if its message would fail: $path', async ({ input, path }) => {
    const target = messageOf('golf/search_tee_times', input);
    const row = aSchedule({ target_type: 'web_action', target: target as never });
    api.dynamo.put(SCHEDULES_TABLE, { ...row });

    const { status, body } = await post(`/api/schedules/${row.id}/run`, {});

    expect(status).toBe(400);
    expect(body.error?.details?.map((one) => one.path)).toEqual([`target.payload.${path}`]);
    expect(api.dynamo.rows(MESSAGES)).toEqual([]);
  });

  it('is not replaced by one that never fits the configuration', async () => {
    const path = '/api/schedules';
    const { body: row } = await post(path, scheduleOf('golf/search_tee_times', SEARCH));

    const { status, body } = await api.request({
      method: 'PUT',
      path: `${path}/${row.id}`,
      body: scheduleOf('golf/search_tee_times', { ...SEARCH, course: 'augusta' }),
    });

    expect(status).toBe(400);
    expect(body.error?.details?.map((one) => one.path)).toEqual(['target.payload.course']);
  });
});

describe('a configuration that cannot be read', () => {
  const warnings = () =>
    api.lines.filter(({ msg }) => msg === 'web action not checked with configuration');

  it.each([
    { parameter: 'home', value: 'here', name: 'weather/get_forecast', input: {} },
    { parameter: 'courses', value: '{', name: 'golf/fetch_reservations', input: { course: 'x' } },
    {
      parameter: 'services',
      value: '[]',
      name: 'weather/get_forecast',
      input: { url: FORECAST_URL.replace('api.weather.gov', 'weather.test') },
    },
    {
      parameter: 'endpoints/garage',
      value: '{',
      name: 'http/call',
      input: { endpoint: 'garage' },
    },
  ])(
    'refuses nothing, and is logged once: malformed $parameter',
    async ({ parameter, value, name, input }) => {
      await load({ [parameter]: value });

      const { status } = await post('/api/messages', messageOf(name, input));

      expect(status).toBe(201);
      expect(warnings()).toMatchObject([{ level: 'warn', err: { code: 'CONFIG_UNAVAILABLE' } }]);
    },
  );

  it.each(LASTING)(
    'refuses no schedule while SSM was never read: $name $input',
    async ({ name, input }) => {
      api.ssm.failWith(new Error('down'));

      const { status } = await post('/api/schedules', scheduleOf(name, input));

      expect(status).toBe(201);
      expect(warnings()).toHaveLength(1);
    },
  );

  it('refuses no call while the endpoints cannot be read', async () => {
    await post('/api/messages', messageOf('golf/fetch_reservations', {}));
    api.ssm.failWith(new Error('down'));

    const { status } = await post(
      '/api/messages',
      messageOf('http/call', { endpoint: 'kitchen-light', path: { state: 'dim' } }),
    );

    expect(status).toBe(201);
    expect(warnings()).toHaveLength(1);
  });

  it('does not stop the schema from refusing', async () => {
    await load({ courses: '{' });

    const input = { ...SEARCH, players: 9 };
    const { status, body } = await post('/api/messages', messageOf('golf/search_tee_times', input));

    expect(status).toBe(400);
    expect(body.error?.details?.map(({ path }) => path)).toEqual(['payload.players']);
    expect(warnings()).toEqual([]);
  });
});
