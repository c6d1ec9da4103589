import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Api, loadApi } from './api.ts';

const NOW = '2026-03-27T12:00:00.000Z';

let api: Api;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(NOW) });
  api = await loadApi({ LOG_LEVEL: 'info' });
});
afterAll(() => {
  api.close();
  vi.useRealTimers();
});
beforeEach(() => {
  api.lines.length = 0;
});

const preview = (body: unknown) =>
  api.request({ method: 'POST', path: '/api/schedules/preview', body });

const utcOf = (fires: unknown) => (fires as { utc: string }[]).map(({ utc }) => utc);

describe('POST /api/schedules/preview', () => {
  it('returns the next fires in the time zone and in UTC, and warnings about clock changes', async () => {
    const { status, body } = await preview({
      expression: 'cron(30 2 ? * * 2026)',
      timezone: 'Europe/Berlin',
      count: 2,
    });

    expect(status).toBe(200);
    expect(body).toEqual({
      expression: 'cron(30 2 ? * * 2026)',
      timezone: 'Europe/Berlin',
      fires: [
        { local: '2026-03-28T02:30:00+01:00', utc: '2026-03-28T01:30:00.000Z' },
        { local: '2026-03-30T02:30:00+02:00', utc: '2026-03-30T00:30:00.000Z' },
      ],
      warnings: [
        {
          kind: 'skipped',
          local: '2026-03-29T02:30',
          count: 1,
          message: 'clocks go forward over 2026-03-29 02:30: skipped',
        },
        {
          kind: 'repeated',
          local: '2026-10-25T02:30',
          count: 1,
          message: 'clocks go back over 2026-10-25 02:30: fires once, the first time',
        },
      ],
    });
  });

  it('uses UTC and ten fires by default', async () => {
    const { body } = await preview({ expression: 'rate(1 hour)' });

    expect(body).toMatchObject({ timezone: 'UTC', warnings: [] });
    expect(body.fires).toHaveLength(10);
    expect(utcOf(body.fires)[0]).toBe(NOW);
  });

  it('applies the dates, with any offset', async () => {
    const { body } = await preview({
      expression: 'cron(0 9 * * ? *)',
      start_date: '2026-04-01T11:00:00+02:00',
      end_date: '2026-04-03T09:00:00Z',
      count: 50,
    });

    expect(utcOf(body.fires)).toEqual([
      '2026-04-01T09:00:00.000Z',
      '2026-04-02T09:00:00.000Z',
      '2026-04-03T09:00:00.000Z',
    ]);
  });

  it('returns the expression as it would be stored', async () => {
    const { body } = await preview({ expression: ' cron(0 9 ? *  mon-fri *)' });

    expect(body.expression).toBe('cron(0 9 ? * MON-FRI *)');
  });

  it('returns 200 with a warning if the schedule never fires', async () => {
    const { status, body } = await preview({ expression: 'at(2020-01-01T00:00:00)' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ fires: [], warnings: [{ kind: 'never' }] });
  });

  it('stores nothing and publishes nothing', async () => {
    const before = api.dynamo.operations.length;

    await preview({ expression: 'rate(1 day)' });

    expect(api.dynamo.operations).toHaveLength(before);
    expect(api.sns.envelopes()).toEqual([]);
    expect(api.lines).toMatchObject([{ route: '/api/schedules/preview', status: 200 }]);
  });

  const daily = { expression: 'cron(0 9 * * ? *)' };
  it.each([
    { what: 'no body', body: undefined, paths: [''] },
    { what: 'a list', body: [], paths: [''] },
    { what: 'no expression', body: {}, paths: ['expression'] },
    { what: 'an expression that is no text', body: { expression: 5 }, paths: ['expression'] },
    { what: 'an unknown property', body: { ...daily, target: {} }, paths: ['target'] },
    { what: 'a count of 0', body: { ...daily, count: 0 }, paths: ['count'] },
    { what: 'a count of 51', body: { ...daily, count: 51 }, paths: ['count'] },
    { what: 'half a count', body: { ...daily, count: 1.5 }, paths: ['count'] },
    { what: 'a count as text', body: { ...daily, count: '5' }, paths: ['count'] },
    { what: 'an unknown zone', body: { ...daily, timezone: 'Moon/Sea' }, paths: ['timezone'] },
    { what: 'an empty zone', body: { ...daily, timezone: '' }, paths: ['timezone'] },
    { what: 'a date alone', body: { ...daily, start_date: '2026-04-01' }, paths: ['start_date'] },
    {
      what: 'dates the wrong way round',
      body: { ...daily, start_date: '2026-04-02T00:00:00Z', end_date: '2026-04-01T00:00:00Z' },
      paths: ['end_date'],
    },
    {
      what: 'two wrong fields',
      body: { expression: 'cron(60 24 * * ? *)' },
      paths: ['expression.minute', 'expression.hour'],
    },
    {
      what: 'all that is wrong in different fields',
      body: {
        ...{ expression: 'rate(1 minute)', timezone: 'Moon/Sea' },
        ...{ start_date: '2026-04-02T00:00:00Z', end_date: '2026-04-01T00:00:00Z' },
      },
      paths: ['expression', 'timezone', 'end_date'],
    },
    {
      what: 'a schedule every minute (F46)',
      body: { expression: 'rate(1 minute)' },
      paths: ['expression'],
    },
    {
      what: 'an endless expression',
      body: { expression: `cron(${'0,'.repeat(50_000)}0 9 * * ? *)` },
      paths: ['expression'],
    },
  ])('rejects $what, and names it', async ({ body, paths }) => {
    const answer = await preview(body);

    expect(answer.status).toBe(400);
    expect(answer.body.error?.code).toBe('VALIDATION_ERROR');
    expect(answer.body.error?.details?.map(({ path }) => path)).toEqual(paths);
  });

  it('allows only POST', async () => {
    const { status, headers } = await api.request({ path: '/api/schedules/preview' });

    expect(status).toBe(405);
    expect(headers.Allow).toContain('POST');
  });
});
