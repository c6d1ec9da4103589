import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Act, runAct } from '#scripts/act.ts';
import { messageOf } from '#scripts/command.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';
import { collectOutput, type FakeApi, type FakeResponse, startFakeApi } from './fake-api.ts';

const ACTIONS = {
  data: [
    {
      action: 'weather',
      operation: 'get_forecast',
      aliases: ['get_weather'],
      title: 'Weather forecast',
      effect: 'read',
    },
    { action: 'golf', operation: 'search_tee_times', title: 'Tee times\u001b[2J' },
    { action: 'http', operation: 'call', endpoint: 'lamp', title: 'Switch the lamp' },
  ],
};
const LIST = [
  '  weather.get_forecast   Weather forecast',
  '  golf.search_tee_times  Tee times\\u001b[2J',
  '  http.call lamp         Switch the lamp',
];
const MESSAGE = { id: 'msg_1', created_date: '2026-01-01T00:00:00.000Z' };
const FORECAST = {
  ...MESSAGE,
  status: 'completed',
  result: { summary: 'Tuesday\n41 °F\u001b[2J', data: { place: 'Here', periods: [] } },
};
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const RUN = 'POST /api/actions/weather/get_forecast?wait=25';

let printed: ReturnType<typeof collectOutput>;
let api: FakeApi | undefined;

beforeEach(() => {
  printed = collectOutput();
});
afterEach(async () => {
  printed.restore();
  await api?.stop();
});

const act = async (
  given: Partial<Act>,
  respond: (line: string, n: number) => FakeResponse,
): Promise<string> => {
  api = await startFakeApi((line, n) =>
    line === 'GET /api/actions' ? { body: ACTIONS } : respond(line, n),
  );
  const all = { name: 'weather.get_forecast', input: {}, isDryRun: false, notifies: true };
  return runAct(api.platform, { ...all, ...given }).then(() => 'done', messageOf);
};

const linesOf = ({ requests }: Pick<FakeApi, 'requests'>) => requests.map(({ line }) => line);

describe('make act', () => {
  it('prints the summary and the data of a run that ends while the API waits', async () => {
    const end = await act({ input: { days: 2 } }, () => ({ body: FORECAST }));

    expect(end).toBe('done');
    expect(api?.requests[1]).toEqual({
      line: RUN,
      body: { days: 2 },
      authorization: 'Bearer the-token',
      idempotencyKey: expect.stringMatching(UUID),
    });
    expect(printed.output).toEqual([
      'Tuesday\n41 °F\\u001b[2J',
      '\n{\n  "place": "Here",\n  "periods": []\n}',
    ]);
    expect(printed.progress).toEqual(['message msg_1']);
  });

  it('sends another idempotency key with each command', async () => {
    await act({}, () => ({ body: FORECAST }));
    const { requests = [] } = api ?? {};
    await api?.stop();
    await act({}, () => ({ body: FORECAST }));

    const [first, second] = [requests, api?.requests ?? []].map((all) => all[1]?.idempotencyKey);
    expect(first).toMatch(UUID);
    expect(second).toMatch(UUID);
    expect(second).not.toBe(first);
  });

  it('follows a run that takes longer, and prints why it waits', async () => {
    const waiting = {
      ...{ ...MESSAGE, status: 'queued', error_code: 'CIRCUIT_OPEN' },
      error_message: 'weather-gov is down',
    };

    const end = await act({}, (line, n) =>
      line === RUN ? { status: 202, body: waiting } : { body: n < 3 ? waiting : FORECAST },
    );

    expect(end).toBe('done');
    expect(linesOf(api ?? { requests: [] }).slice(2)).toEqual(
      Array.from({ length: 3 }, () => 'GET /api/messages/msg_1'),
    );
    expect(printed.progress).toEqual([
      'message msg_1',
      'message queued (CIRCUIT_OPEN: weather-gov is down)',
      'message completed',
    ]);
    expect(printed.output).toHaveLength(2);
  });

  it('runs the first operation of an action without an operation, and knows other names', async () => {
    for (const name of ['weather', 'weather.get_weather']) {
      expect(await act({ name }, () => ({ body: FORECAST }))).toBe('done');
      expect(linesOf(api ?? { requests: [] })[1]).toBe(RUN);
      await api?.stop();
    }
  });

  it('asks for a dry run and for no push', async () => {
    await act({ isDryRun: true, notifies: false }, () => ({ body: FORECAST }));

    expect(linesOf(api ?? { requests: [] })[1]).toBe(`${RUN}&dry_run=true&notify=false`);
  });

  it('fails with the reason of a run that failed', async () => {
    const failed = {
      ...{ ...MESSAGE, status: 'failed', error_code: 'INVALID_PAYLOAD' },
      error_message: 'the action is not valid: payload.course is not known',
    };

    expect(await act({}, () => ({ body: failed }))).toBe(
      'msg_1 failed (INVALID_PAYLOAD: the action is not valid: payload.course is not known)',
    );
    expect(printed.output).toEqual([]);
  });

  it('fails with the field of an input that is not valid', async () => {
    const error = {
      ...{ code: 'VALIDATION_ERROR', message: 'the input is not valid' },
      details: [{ path: 'days', problem: 'must be at most 7' }],
    };

    expect(await act({ input: { days: 8 } }, () => ({ status: 400, body: { error } }))).toBe(
      '400 the input is not valid\n  days: must be at most 7',
    );
  });

  it.each([
    ['weather.get_snow', 'there is no action weather.get_snow: make act ACTION='],
    ['sailing', 'there is no action sailing: make act ACTION='],
  ])('fails with a list of all operations for the unknown action %j', async (name, reason) => {
    const end = await act({ name }, () => ({ status: 500, body: {} }));

    expect(end).toContain(reason);
    expect(end.split('\n').slice(1)).toEqual(['The actions:', ...LIST]);
    expect(unsafeIn(end.replaceAll('\n', ''))).toEqual([]);
    expect(linesOf(api ?? { requests: [] })).toEqual(['GET /api/actions']);
  });

  it('prints the list and succeeds without an action', async () => {
    const end = await act({ name: '' }, () => ({ status: 500, body: {} }));

    expect(end).toBe('done');
    expect(printed.output).toEqual([LIST.join('\n')]);
    expect(printed.progress).toEqual([
      expect.stringContaining('make act ACTION=weather.get_forecast'),
    ]);
    expect(linesOf(api ?? { requests: [] })).toEqual(['GET /api/actions']);
  });

  it('says where the data is when it is too long for the message', async () => {
    const result = { summary: 'many', truncated: true };

    await act({}, () => ({ body: { ...FORECAST, result } }));

    expect(printed.output).toEqual([
      'many',
      '\nthe data is too long to show: GET /api/messages/msg_1/results',
    ]);
  });
});
