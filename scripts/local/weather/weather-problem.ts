import type { ServiceResponse } from '#scripts/local/service/service-response.ts';

/** The problems of the service: title and status. `type` ends in the name. */
const PROBLEMS = {
  AdjustPointPrecision: ['Adjusting Precision Of Point Coordinate', 301],
  BadRequest: ['Bad Request', 400],
  NotFound: ['Not Found', 404],
  InvalidPoint: ['Data Unavailable For Requested Point', 404],
  InvalidGridpoint: ['Invalid Gridpoint', 404],
  NotAcceptable: ['Not Acceptable', 406],
  UnexpectedProblem: ['Unexpected Problem', 500],
  ForecastGridExpired: ['Forecast Grid Expired', 503],
} as const satisfies Record<string, readonly [string, number]>;

export type ProblemName = keyof typeof PROBLEMS;

/** Thrown to end a request with a problem document. */
export type WeatherProblem = Error & { problem: ProblemName; location?: string };

/** @param location the path that a redirect leads to */
export const weatherProblemError = (
  problem: ProblemName,
  detail: string,
  location?: string,
): WeatherProblem =>
  Object.assign(new Error(detail), {
    name: 'WeatherProblem' as const,
    problem,
    ...(location === undefined ? {} : { location }),
  });

export const isWeatherProblem = (error: unknown): error is WeatherProblem =>
  error instanceof Error && error.name === 'WeatherProblem';

/** A problem document. Source: RFC 7807. */
export const problemAnswer = (
  { problem, message, location }: WeatherProblem,
  correlationId: string,
): ServiceResponse => {
  const [title, status] = PROBLEMS[problem];
  const body = {
    correlationId,
    title,
    type: `https://api.weather.gov/problems/${problem}`,
    status,
    detail: message,
    instance: `https://api.weather.gov/requests/${correlationId}`,
  };
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'X-Correlation-Id': correlationId,
      ...(location === undefined ? {} : { Location: location }),
    },
    body: JSON.stringify(body),
  };
};
