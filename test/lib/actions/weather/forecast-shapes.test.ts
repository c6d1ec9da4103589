import { describe, expect, it } from 'vitest';
import { httpServer } from '#test/lib/http/loopback.ts';
import { failure } from '#test/lib/http/requests.ts';
import { aSentForecast, aSentNight, aSentPeriod, PERIOD_SHAPES } from './forecast-shapes.ts';
import { weatherRun } from './weather-run.ts';

const URL_OF_GRID = 'https://api.weather.gov/gridpoints/PBZ/25,67/forecast';
const PLACE = '📍 Gridpoint PBZ 25,67';
const GEO_JSON = 'application/geo+json';

interface SentResponse {
  status?: number;
  type?: string;
  body: string | Buffer;
}

/** Runs against a server that sends this response. */
const runAgainst = async ({ status = 200, type = GEO_JSON, body }: SentResponse) => {
  const { origin } = await httpServer((_request, response) => {
    response.writeHead(status, { 'Content-Type': type }).end(body);
  });
  const world = weatherRun({ url: origin });
  return {
    ...world,
    texts: (days = 7) => world.texts({ url: URL_OF_GRID, days }),
    run: () => world.run({ url: URL_OF_GRID, days: 7 }),
  };
};

const forecastOf = (periods: unknown, properties?: Record<string, unknown>) =>
  runAgainst({ body: JSON.stringify(aSentForecast(periods, properties)) });

const DAY = ['🌡️ Day: 41 °F, rain 20%, wind SW 5 to 10 mph', 'Mostly sunny, with a high near 41.'];
const NIGHT = ['❄️ Night: 28 °F, rain 20%, wind SW 5 to 10 mph', 'Clear, with a low around 28.'];

const problem = (type: string, status: number, fields: Record<string, unknown> = {}) => ({
  status,
  type: 'application/problem+json',
  body: JSON.stringify({
    correlationId: '3a1f',
    title: 'A Problem',
    type: `https://api.weather.gov/problems/${type}`,
    status,
    detail: 'Something is wrong',
    ...fields,
  }),
});

describe('a period with', () => {
  it.each(PERIOD_SHAPES)('$shape becomes its text', async ({ fields, lines }) => {
    const { texts } = await forecastOf([aSentPeriod(fields)]);

    expect(await texts()).toEqual([['Tuesday, December 1', ...lines, PLACE].join('\n')]);
  });

  it('impossible, unknown and hostile values has null in the output', async () => {
    const { run } = await forecastOf([
      aSentPeriod({
        name: ' \u0007 ',
        temperature: { unitCode: 'wmoUnit:K', value: 280 },
        temperatureTrend: 'sideways',
        probabilityOfPrecipitation: { value: -1 },
        windSpeed: { unitCode: 'wmoUnit:km_h-1', value: -5 },
        windDirection: '<b>SW</b>',
        shortForecast: '\u202e',
        detailedForecast: null,
      }),
    ]);

    expect((await run()).periods).toEqual([
      {
        name: null,
        start_time: '2026-12-01T06:00:00-05:00',
        end_time: '2026-12-01T18:00:00-05:00',
        is_daytime: true,
        temperature: null,
        temperature_unit: 'F',
        temperature_trend: null,
        precipitation_percent: null,
        wind_speed: null,
        wind_direction: null,
        short_forecast: null,
        detailed_forecast: null,
      },
    ]);
  });
});

describe('a forecast', () => {
  it('has the day and its night in one text', async () => {
    const { texts } = await forecastOf([aSentPeriod(), aSentNight()]);

    expect(await texts()).toEqual([['Tuesday, December 1', ...DAY, ...NIGHT, PLACE].join('\n')]);
  });

  it('that begins with a night has a text for that night alone', async () => {
    const next = { startTime: '2026-12-02T06:00:00-05:00', endTime: '2026-12-02T18:00:00-05:00' };
    const { texts } = await forecastOf([aSentNight(), aSentPeriod(next)]);

    expect(await texts()).toEqual([
      ['Tuesday, December 1', ...NIGHT, PLACE].join('\n'),
      ['Wednesday, December 2', ...DAY, PLACE].join('\n'),
    ]);
  });

  it('that begins after midnight has the rest of the night before the day', async () => {
    const overnight = aSentNight({
      name: 'Overnight',
      startTime: '2026-12-02T02:00:00-05:00',
      endTime: '2026-12-02T06:00:00-05:00',
    });
    const day = aSentPeriod({
      startTime: '2026-12-02T06:00:00-05:00',
      endTime: '2026-12-02T18:00:00-05:00',
    });
    const { texts } = await forecastOf([overnight, day]);

    expect(await texts(1)).toEqual([
      [
        'Wednesday, December 2',
        '❄️ Overnight: 28 °F, rain 20%, wind SW 5 to 10 mph',
        'Clear, with a low around 28.',
        ...DAY,
        PLACE,
      ].join('\n'),
    ]);
  });

  it.each([
    ['05:30', false, 'Overnight'],
    ['06:00', false, 'Night'],
    ['05:59', undefined, 'Overnight'],
    ['06:00', undefined, 'Day'],
    ['17:59', null, 'Day'],
    ['18:00', null, 'Night'],
  ])('that begins at %s with isDaytime %s begins with %s', async (time, isDaytime, label) => {
    const { texts } = await forecastOf([
      aSentPeriod({
        startTime: `2026-12-01T${time}:00-05:00`,
        endTime: '2026-12-02T06:00:00-05:00',
        isDaytime,
      }),
    ]);

    expect((await texts())[0]?.split('\n')[1]).toBe(
      `🌡️ ${label}: 41 °F, rain 20%, wind SW 5 to 10 mph`,
    );
  });

  it('with many long texts on one day fits a push, and keeps its place', async () => {
    const long = aSentPeriod({ detailedForecast: 'x'.repeat(5_000) });
    const { texts } = await forecastOf(Array.from({ length: 14 }, () => long));

    const [text = ''] = await texts();

    expect(text.length).toBeLessThan(4_000);
    expect(text.endsWith(`…\n${PLACE}`)).toBe(true);
  });

  it('is sorted by time', async () => {
    const { texts } = await forecastOf([aSentNight(), aSentPeriod()]);

    expect(await texts()).toEqual([['Tuesday, December 1', ...DAY, ...NIGHT, PLACE].join('\n')]);
  });

  it('without periods is one text that says so', async () => {
    const { texts, run, verdicts } = await forecastOf([]);

    expect(await texts()).toEqual([`The weather service has no forecast at the moment.\n${PLACE}`]);
    expect(await run()).toMatchObject({ periods: [], updated_at: '2026-12-01T14:05:11.000Z' });
    expect(verdicts).toEqual(['success', 'success']);
  });

  it.each([
    ['2026-12-01T09:05:11-05:00', '2026-12-01T14:05:11.000Z'],
    [null, null],
    [undefined, null],
    ['yesterday', null],
  ])('that was updated at %s says so in UTC', async (updateTime, updated_at) => {
    const { run } = await forecastOf([aSentPeriod()], { updateTime });

    expect((await run()).updated_at).toBe(updated_at);
  });

  it.each([
    { ends: 'has ended', endTime: '2026-12-01T10:29:59-05:00', updateTime: undefined },
    { ends: 'ends now', endTime: '2026-12-01T10:30:00-05:00', updateTime: '2026-12-01T01:00:00Z' },
  ])('whose first period $ends is a failure of the service', async ({ endTime, updateTime }) => {
    const { run, verdicts } = await forecastOf([aSentPeriod({ endTime }), aSentNight()], {
      updateTime,
    });

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'unavailable', code: 'UNREADABLE_RESPONSE' });
    expect(error.message).toContain('the forecast of the service is out of date');
    expect(verdicts).toEqual(['failure']);
  });

  it('is still valid in the last second of its first period', async () => {
    const { run } = await forecastOf([aSentPeriod({ endTime: '2026-12-01T10:30:01-05:00' })]);

    expect((await run()).periods).toHaveLength(1);
  });
});

describe('a response that', () => {
  it.each<{ is: string } & SentResponse>([
    { is: 'is empty', body: '' },
    { is: 'is truncated', body: JSON.stringify(aSentForecast([aSentPeriod()])).slice(0, 300) },
    { is: 'is null', body: 'null' },
    { is: 'is a list', body: '[]' },
    { is: 'has no properties', body: '{"type":"Feature"}' },
    { is: 'has no list of periods', body: JSON.stringify(aSentForecast(null)) },
    { is: 'has texts as periods', body: JSON.stringify(aSentForecast(['Sunny'])) },
    {
      is: 'has a period without start',
      body: JSON.stringify(aSentForecast([aSentPeriod({ startTime: null })])),
    },
    {
      is: 'has a start without offset',
      body: JSON.stringify(aSentForecast([aSentPeriod({ startTime: '2026-12-01T06:00:00' })])),
    },
    {
      is: 'has no date as end',
      body: JSON.stringify(aSentForecast([aSentPeriod({ endTime: '2026-02-30T06:00:00-05:00' })])),
    },
    {
      is: 'has more periods than a week',
      body: JSON.stringify(aSentForecast(Array.from({ length: 101 }, () => aSentPeriod()))),
    },
    {
      is: 'has a number beyond all numbers',
      body: JSON.stringify(aSentForecast([aSentPeriod()])).replace('41', '1e999'),
    },
    {
      is: 'has a property twice',
      body: JSON.stringify(aSentForecast([])).replace('{', '{"type":"a",'),
    },
    { is: 'is nested 10,000 deep', body: `${'['.repeat(10_000)}${']'.repeat(10_000)}` },
    { is: 'is plain text', type: 'text/plain', body: JSON.stringify(aSentForecast([])) },
    {
      is: 'declares another charset',
      type: 'application/geo+json; charset=iso-8859-1',
      body: JSON.stringify(aSentForecast([])),
    },
    { is: 'is UTF-16', body: Buffer.from(JSON.stringify(aSentForecast([])), 'utf16le') },
    { is: 'is XML', type: 'application/xml', body: '<forecast/>' },
    { is: 'redirects', status: 301, type: 'application/problem+json', body: '{}' },
  ])('$is is unreadable, and the work is parked', async ({ is: _, ...response }) => {
    const { run } = await runAgainst(response);

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'unavailable', code: 'UNREADABLE_RESPONSE' });
  });

  it('is unreadable counts against the service', async () => {
    const { run, verdicts } = await runAgainst({ body: '{' });

    await failure(run());

    expect(verdicts).toEqual(['failure']);
  });

  it.each([
    { type: 'text/html', body: '<html></html>' },
    { type: GEO_JSON, body: ' <!DOCTYPE html><html></html>' },
  ])('is a page is a challenge: $type', async (response) => {
    const { run, verdicts } = await runAgainst(response);

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'invalid', code: 'BLOCKED_BY_PROVIDER' });
    expect(error.message).toContain('https://www.weather.gov');
    expect(verdicts).toEqual(['blocked']);
  });

  it.each([
    ['ForecastGridExpired', 503],
    ['UnexpectedProblem', 500],
  ])('is the problem %s is a failure of the service', async (type, status) => {
    const { run, verdicts } = await runAgainst(problem(type, status));

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'unavailable', code: 'HTTP_5XX', retryable: true });
    expect(verdicts).toEqual(['failure']);
  });

  it.each([
    {
      response: problem('NotFound', 404),
      reason: 'Something is wrong',
    },
    {
      response: problem('BadRequest', 400, { detail: null }),
      reason: 'A Problem',
    },
    {
      response: problem('BadRequest', 400, { detail: 'a\r\nb\u001b\u202e c' }),
      reason: 'a b c',
    },
    {
      response: problem('BadRequest', 400, { detail: 'x'.repeat(10_000) }),
      reason: `${'x'.repeat(199)}…`,
    },
    { response: { ...problem('BadRequest', 400), body: '{"detail":' }, reason: 'status 400' },
    { response: { ...problem('Gone', 410), type: 'text/plain' }, reason: 'status 410' },
    {
      response: problem('InvalidGridpoint', 404),
      reason: 'it has no gridpoint PBZ 25,67',
    },
  ])('says that the request is wrong ends the work: $reason', async ({ response, reason }) => {
    const { run, verdicts } = await runAgainst(response);

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'invalid', code: 'REFUSED_BY_PROVIDER' });
    expect(error.message).toBe(`the weather service refused: ${reason}`);
    expect(verdicts).toEqual(['neutral']);
  });
});
