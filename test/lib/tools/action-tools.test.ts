import { describe, expect, it } from 'vitest';
import { findOperation } from '#lib/actions/catalogue.ts';
import { listedEndpoints } from '#lib/actions/http/list-endpoints.ts';
import { checkMessage } from '#lib/entry/check-message.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import type { MessageTool } from '#lib/tools/tool.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { anEndpoint, aPlainEndpoint } from '#test/lib/actions/http/endpoint-builder.ts';
import { virtualClock } from '#test/support/clock.ts';
import { capturingLog } from '#test/support/log.ts';
import { faultOfValue } from './schemas.ts';

const LIGHT = JSON.stringify(anEndpoint());
const registry = toolRegistry(
  listedEndpoints(
    new Map([
      ['kitchen-light', LIGHT],
      ['status', JSON.stringify(aPlainEndpoint())],
    ]),
  ),
);
const tool = (name: string): MessageTool => {
  const found = registry.find(name);
  if (found?.kind !== 'message') throw new Error(`${name} creates no message`);
  return found;
};

const problemsOf = (work: () => unknown): { problems: readonly Problem[]; message: string } => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'VALIDATION_ERROR') {
      return { problems: error.details, message: error.message };
    }
    throw error;
  }
  throw new Error('no problem');
};

const BOOKING = {
  course: 'birdsfoot',
  slot_id: 'WyJiaXJkc2Zvb3QiLDEyMDY0MDA3LDE3ODM3NzE4MDAwMDAsMThd',
  start_time: '2026-07-11T08:10:00-04:00',
  players: 2,
  max_total_cents: 15_000,
};

describe('a tool of an operation', () => {
  it.each([
    { name: 'get_weather_forecast', action: 'weather', operation: 'get_forecast' },
    { name: 'golf_search_tee_times', action: 'golf', operation: 'search_tee_times' },
    { name: 'golf_book_tee_time', action: 'golf', operation: 'book_tee_time' },
    { name: 'golf_fetch_reservations', action: 'golf', operation: 'fetch_reservations' },
    { name: 'golf_cancel_reservation', action: 'golf', operation: 'cancel_reservation' },
  ])('$name creates a web action with the examples of $action.$operation', (one) => {
    const { draftOf, input } = tool(one.name);

    for (const example of findOperation(one.action, one.operation)?.examples ?? []) {
      const { auto_book: _hidden, ...given } = example;
      expect(faultOfValue(input, given)).toBe('');
      expect(draftOf(given)).toEqual({
        message_type: 'web_action',
        payload: { version: '1.0', action: one.action, ...given },
        arguments: { operation: one.operation },
      });
    }
  });

  it('refuses unknown properties with their paths, and names what is missing', () => {
    const { problems } = problemsOf(() =>
      tool('golf_fetch_reservations').draftOf({ course: 'birdsfoot', operation: 'x', note: 1 }),
    );

    expect(problems).toEqual([
      { path: 'operation', problem: 'is not a known property' },
      { path: 'note', problem: 'is not a known property' },
    ]);
    expect(problemsOf(() => tool('golf_cancel_reservation').draftOf({})).problems).toEqual([
      { path: 'course', problem: 'is required' },
      { path: 'reservation_id', problem: 'is required' },
    ]);
  });

  it.each([[7], ['text'], [[]], [true]])('refuses %j, which is no object', (given) => {
    expect(problemsOf(() => tool('golf_search_tee_times').draftOf(given)).problems).toContainEqual({
      path: '',
      problem: 'must be an object',
    });
  });

  it('has no auto_book, so that an assistant books by a call of its own', () => {
    const { draftOf, input } = tool('golf_search_tee_times');
    const search = { course: 'birdsfoot', date: '2026-07-11', players: 2 };

    expect(input).not.toHaveProperty('properties.auto_book');
    expect(problemsOf(() => draftOf({ ...search, auto_book: true })).problems).toEqual([
      { path: 'auto_book', problem: 'is not a known property' },
    ]);
  });

  it('never takes a value of the action, the version or the operation from the caller', () => {
    const given = JSON.parse('{"__proto__":{"course":"x"},"action":"http","version":"9"}');

    const { problems } = problemsOf(() => tool('golf_fetch_reservations').draftOf(given));

    const unknown = problems.filter(({ problem }) => problem === 'is not a known property');
    expect(unknown.map(({ path }) => path).sort()).toEqual(['__proto__', 'action', 'version']);
  });
});

describe('golf_book_tee_time', () => {
  it('takes course_name and tee_sheet_id in place of course and slot_id', () => {
    const { course: course_name, slot_id: tee_sheet_id, ...others } = BOOKING;

    const draft = tool('golf_book_tee_time').draftOf({ course_name, tee_sheet_id, ...others });

    expect(draft.payload).toEqual({ version: '1.0', action: 'golf', ...BOOKING });
  });

  it('lists neither of them', () => {
    expect(JSON.stringify(tool('golf_book_tee_time').input)).not.toMatch(/course_name|tee_sheet/);
  });

  it('refuses both names of a property, and says which name it means', () => {
    const both = { ...BOOKING, tee_sheet_id: BOOKING.slot_id };

    expect(problemsOf(() => tool('golf_book_tee_time').draftOf(both)).problems).toEqual([
      { path: 'tee_sheet_id', problem: 'must not be given together with slot_id' },
    ]);
  });

  it('reports problems under the name that the caller used', () => {
    const { slot_id: _id, ...others } = BOOKING;

    const { problems } = problemsOf(() =>
      tool('golf_book_tee_time').draftOf({ ...others, tee_sheet_id: '!' }),
    );

    expect(problems).toMatchObject([{ path: 'tee_sheet_id' }]);
  });

  it('still requires the other properties, and names the tool that finds them', () => {
    const { problems, message } = problemsOf(() =>
      tool('golf_book_tee_time').draftOf({ course_name: 'birdsfoot', tee_sheet_id: '12064007' }),
    );

    expect(problems.map(({ path }) => path)).toEqual(['start_time', 'players']);
    expect(message).toContain('golf_search_tee_times finds tee times');
    expect(tool('golf_book_tee_time').advice).toContain('golf_search_tee_times');
  });
});

describe('a tool of an endpoint', () => {
  const light = tool('http_kitchen-light');
  const GIVEN = {
    path: { room: 'kitchen' },
    query: { delay: 3 },
    body: { state: 'on', fade: true },
  };
  const check = (given: unknown) => {
    const clock = virtualClock();
    return checkMessage(
      light.draftOf(given),
      {
        actionParameters: {
          contact: undefined,
          home: undefined,
          courses: undefined,
          services: undefined,
        },
        log: capturingLog(),
      },
      {
        clock,
        findEndpoint: async () => LIGHT,
        schedules: { findAny: async () => undefined, findByName: async () => [] },
      },
    );
  };

  it('has the texts of the endpoint, and describes the parts of the request', () => {
    expect(light).toMatchObject({
      title: 'Light',
      description: 'Switches the light in a room on or off.',
      input: {
        required: ['path', 'body'],
        properties: {
          path: { description: expect.any(String), required: ['room'] },
          body: { properties: { fade: { type: 'boolean' } }, additionalProperties: false },
        },
      },
    });
  });

  it('calls its own endpoint, with numbers, booleans and lists as they are', async () => {
    expect(faultOfValue(light.input, GIVEN)).toBe('');

    const { draft } = await check(GIVEN);

    expect(draft.payload).toEqual({
      version: '1.0',
      action: 'http',
      endpoint: 'kitchen-light',
      ...GIVEN,
    });
  });

  it('refuses to call another one', () => {
    expect(problemsOf(() => light.draftOf({ ...GIVEN, endpoint: 'status' })).problems).toEqual([
      { path: 'endpoint', problem: 'is not a known property' },
    ]);
  });

  it('reports what the endpoint does not take, with paths in its input', async () => {
    const error = await check({ ...GIVEN, body: { state: 'dim', volume: 1 } }).catch(
      (reason: unknown) => reason,
    );

    const paths = (error as AppError).details.map(({ path }) => light.pathOf(path));
    expect(paths.sort()).toEqual(['body.state', 'body.volume']);
  });

  it('shows nothing of how the service is reached', () => {
    const definition = anEndpoint({
      origin: 'https://canary.example.org',
      auth: { type: 'api_key', header: 'X-Canary' },
      headers: { 'X-Home': 'canary' },
    });
    const endpoints = listedEndpoints(new Map([['light', JSON.stringify(definition)]]));

    const shown = toolRegistry(endpoints).find('http_light');

    expect(shown?.title).toBe('Light');
    expect(JSON.stringify(shown)).not.toMatch(/canary|api_key/i);
  });

  it('takes nothing if the endpoint has no values', () => {
    const { input, draftOf } = tool('http_status');

    expect(input).toMatchObject({ properties: {}, required: [] });
    expect(draftOf(undefined).payload).toMatchObject({ action: 'http', endpoint: 'status' });
  });
});
