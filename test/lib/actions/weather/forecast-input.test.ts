import { describe, expect, it } from 'vitest';
import { parseAction } from '#lib/actions/parse-action.ts';
import type { AppError } from '#lib/platform/errors.ts';
import { failure } from '#test/lib/http/requests.ts';
import { weatherWorld } from './weather-run.ts';

const parse = (input: Record<string, unknown>) =>
  parseAction({ payload: { version: '1.0', action: 'weather', ...input } });

const problemsOf = async (input: Record<string, unknown>): Promise<AppError['details']> =>
  (await failure(Promise.resolve().then(() => parse(input)))).details;

const FORECAST = 'https://api.weather.gov/gridpoints/PBZ/25,67/forecast';
const URL_PROBLEM = 'must be https://api.weather.gov/gridpoints/<OFFICE>/<x>,<y>/forecast';

describe('an input', () => {
  it.each(['get_forecast', 'get_weather', undefined])('is for the operation %s', (operation) => {
    const parsed = parseAction({
      payload: { version: '1.0', action: 'weather' },
      arguments: operation === undefined ? {} : { operation },
    });

    expect(parsed.operation.operation).toBe('get_forecast');
    expect(parsed.input).toEqual({ days: 2 });
  });

  it('that is an example of the operation is valid, and leads to a forecast', async () => {
    const { operation } = parse({});
    const { run } = await weatherWorld();

    for (const example of operation.examples) {
      expect((await run(parse(example).input)).periods).not.toEqual([]);
    }
  });

  it.each([
    { days: 0, problem: 'must be at least 1' },
    { days: 8, problem: 'must be at most 7' },
    { days: 1.5, problem: 'must be a whole number' },
    { days: '2', problem: 'must be a number' },
    { days: null, problem: 'must be a number' },
    { days: [2], problem: 'must be a number' },
  ])('with $days as days is refused', async ({ days, problem }) => {
    expect(await problemsOf({ days })).toEqual([{ path: 'payload.days', problem }]);
  });

  it.each([
    { course: '', problem: 'must be the name of a course, such as birdsfoot' },
    { course: 'Birdsfoot', problem: 'must be the name of a course, such as birdsfoot' },
    { course: '../birdsfoot', problem: 'must be the name of a course, such as birdsfoot' },
    { course: 'birdsfoot\0', problem: 'must be the name of a course, such as birdsfoot' },
    { course: 'a'.repeat(32), problem: 'must be the name of a course, such as birdsfoot' },
    { course: 1, problem: 'must be a text' },
    { course: null, problem: 'must be a text' },
    { course: {}, problem: 'must be a text' },
  ])('with $course as course is refused', async ({ course, problem }) => {
    expect(await problemsOf({ course })).toEqual([{ path: 'payload.course', problem }]);
  });

  it.each([
    { latitude: 90.1, problem: 'must be at most 90' },
    { latitude: -90.1, problem: 'must be at least -90' },
    { latitude: '40.75', problem: 'must be a number' },
    { latitude: null, problem: 'must be a number' },
    { latitude: Number.NaN, problem: 'must be a number' },
    { latitude: Number.POSITIVE_INFINITY, problem: 'must be a number' },
  ])('with $latitude as latitude is refused', async ({ latitude, problem }) => {
    expect(await problemsOf({ latitude, longitude: 0 })).toEqual([
      { path: 'payload.latitude', problem },
    ]);
  });

  it.each([
    { longitude: 180.1, problem: 'must be at most 180' },
    { longitude: -180.1, problem: 'must be at least -180' },
    { longitude: '-79.65', problem: 'must be a number' },
    { longitude: true, problem: 'must be a number' },
  ])('with $longitude as longitude is refused', async ({ longitude, problem }) => {
    expect(await problemsOf({ latitude: 0, longitude })).toEqual([
      { path: 'payload.longitude', problem },
    ]);
  });

  it.each([
    {
      input: { latitude: 40 },
      path: 'longitude',
      problem: 'is required together with latitude',
    },
    {
      input: { longitude: -79 },
      path: 'latitude',
      problem: 'is required together with longitude',
    },
    {
      input: { course: 'birdsfoot', latitude: 40, longitude: -79 },
      path: 'course',
      problem: 'must not be given together with latitude and longitude',
    },
    {
      input: { url: FORECAST, latitude: 40, longitude: -79 },
      path: 'url',
      problem: 'must not be given together with latitude and longitude',
    },
    {
      input: { url: FORECAST, course: 'birdsfoot' },
      path: 'url',
      problem: 'must not be given together with course',
    },
    { input: { city: 'Freeport' }, path: 'city', problem: 'is not a known property' },
    { input: { Course: 'birdsfoot' }, path: 'Course', problem: 'is not a known property' },
  ])('$input is refused', async ({ input, path, problem }) => {
    expect(await problemsOf(input)).toEqual([{ path: `payload.${path}`, problem }]);
  });

  it.each([
    '',
    'PBZ/25,67',
    '/gridpoints/PBZ/25,67/forecast',
    '//api.weather.gov/gridpoints/PBZ/25,67/forecast',
    ` ${FORECAST}`,
    `${FORECAST}\n`,
    `${FORECAST}\0`,
    `${FORECAST}/`,
    `${FORECAST}/hourly`,
    `${FORECAST}?units=si`,
    `${FORECAST}?`,
    `${FORECAST}#now`,
    `${FORECAST};x`,
    FORECAST.replace('/forecast', ''),
    FORECAST.replace('forecast', 'stations'),
    FORECAST.replace('/forecast', '/../../../forecast'),
    FORECAST.replace('/gridpoints', '/x/../gridpoints'),
    FORECAST.replace('/gridpoints', '/./gridpoints'),
    FORECAST.replace('/gridpoints', '/%2e%2e/gridpoints'),
    FORECAST.replace('PBZ', '%2e%2e'),
    FORECAST.replace('PBZ', '..'),
    FORECAST.replace('PBZ', 'pbz'),
    FORECAST.replace('PBZ', 'PBZZ'),
    FORECAST.replace('PBZ', 'РBZ'),
    FORECAST.replace('25', '-25'),
    FORECAST.replace('25', '025'),
    FORECAST.replace('25', '2.5'),
    FORECAST.replace('25', '1000'),
    FORECAST.replace(',', '%2c'),
    FORECAST.replace(',', '/'),
    FORECAST.replace('/gridpoints', '//gridpoints'),
    FORECAST.replace('/gridpoints', '\\gridpoints'),
    FORECAST.replace('gridpoints', 'GRIDPOINTS'),
    FORECAST.replace('https', 'HTTPS'),
    FORECAST.replace('https', 'ftp'),
    FORECAST.replace('https:', 'javascript:'),
    FORECAST.replace('api.', 'API.'),
    FORECAST.replace('api.', 'user@api.'),
    FORECAST.replace('api.', 'user:secret@api.'),
    FORECAST.replace('.gov', '.gov:443@evil.example'),
    FORECAST.replace('weather', 'ẃeather'),
    FORECAST.replace('.gov', '.gov%00.evil.example'),
    7,
    null,
    [FORECAST],
  ])('with %j as url is refused before anything is called', async (url) => {
    const [first, ...others] = await problemsOf({ url });

    expect(first).toEqual({
      path: 'payload.url',
      problem: typeof url === 'string' ? URL_PROBLEM : 'must be a text',
    });
    expect(others).toEqual([]);
  });

  it.each([
    FORECAST.replace('https', 'http'),
    FORECAST.replace('.gov', '.gov:443'),
    FORECAST.replace('.gov', '.gov:8443'),
    FORECAST.replace('.gov', '.gov.'),
    FORECAST.replace('api.weather.gov', 'evil.example'),
    FORECAST.replace('api.weather.gov', 'api.weather.gov.evil.example'),
    FORECAST.replace('api.weather.gov', 'weather.gov'),
    FORECAST.replace('https://api.weather.gov', 'http://127.0.0.1:1'),
    FORECAST.replace('https://api.weather.gov', 'http://169.254.169.254'),
  ])('with the address %s of another service is refused without a call', async (url) => {
    const { run, paths } = await weatherWorld();

    const error = await failure(run({ url }));

    expect(error).toMatchObject({ kind: 'invalid', code: 'INVALID_PAYLOAD' });
    expect(error.details).toEqual([{ path: 'payload.url', problem: URL_PROBLEM }]);
    expect(paths()).toEqual([]);
  });

  it('with an unknown course is refused with the courses of the configuration', async () => {
    const { run, paths } = await weatherWorld();

    const error = await failure(run({ course: 'augusta' }));

    expect(error.details).toEqual([
      { path: 'payload.course', problem: 'must be one of birdsfoot, totteridge' },
    ]);
    expect(paths()).toEqual([]);
  });

  it.each([undefined, '', '  '])(
    'without a place is refused while the parameter home is %j',
    async (home) => {
      const { run, paths } = await weatherWorld({ parameters: { home } });

      const error = await failure(run());

      expect(error).toMatchObject({ kind: 'invalid', code: 'INVALID_PAYLOAD' });
      expect(error.details).toEqual([
        {
          path: 'payload.course',
          problem:
            'is required, because the parameter home is not set: give a course, or latitude and longitude, or set home with make set NAME=home STAGE=… (without STAGE for make dev)',
        },
      ]);
      expect(paths()).toEqual([]);
    },
  );
});

describe('coordinates', () => {
  it.each([
    { latitude: 40.75, longitude: -79.65, point: '40.75,-79.65' },
    { latitude: 40.123_46, longitude: -79.654_321, point: '40.1235,-79.6543' },
    { latitude: 40.000_04, longitude: -79.999_96, point: '40,-80' },
    { latitude: -0.000_01, longitude: -0, point: '0,0' },
    { latitude: 1e-7, longitude: -1e-7, point: '0,0' },
    { latitude: 90, longitude: -180, point: '90,-180' },
    { latitude: 0.000_1, longitude: 0.1 + 0.2, point: '0.0001,0.3' },
  ])('$latitude and $longitude are looked up as $point', async ({ point, ...coordinates }) => {
    const { run, paths } = await weatherWorld();

    await run(coordinates).catch(() => {});

    expect(paths()[0]).toBe(`/points/${point}`);
  });

  it.each(['0,0', '51.5,-0.12'])('of %s are refused in plain language', async (home) => {
    const { run } = await weatherWorld({ parameters: { home } });

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'invalid', code: 'REFUSED_BY_PROVIDER' });
    expect(error.message).toBe(
      `the weather service refused: it has no forecast for ${home}, only for the United States`,
    );
  });
});
