import { type Clock, systemClock } from '#lib/platform/clock.ts';
import { type FaultSwitches, faultSwitches } from '#scripts/local/service/fault-switches.ts';
import { type LocalService, startLocalService } from '#scripts/local/service/local-service.ts';
import { type Random, randomUuid } from '#scripts/local/service/random-id.ts';
import type { ServiceRequest } from '#scripts/local/service/service-request.ts';
import {
  htmlAnswer,
  jsonAnswer,
  type ServiceResponse,
} from '#scripts/local/service/service-response.ts';
import { describeForecast, forecastGridpointIn } from './describe-forecast.ts';
import { describePoint, pointIn } from './describe-point.ts';
import { acceptedType, flaggedFaults } from './request-headers.ts';
import { WEATHER_FAULTS, type WeatherFault } from './weather-faults.ts';
import { isWeatherProblem, problemAnswer, weatherProblemError } from './weather-problem.ts';

export interface WeatherOptions {
  /** 0 means any free port, which is the default. */
  port?: number;
  clock?: Clock;
  random?: Random;
  /** The wait of the fault `slow`. Milliseconds. */
  slowMs?: number;
}

export interface Weather extends LocalService {
  faults: FaultSwitches<WeatherFault>;
}

const SLOW_MS = 5_000;

/** Starts a weather server on the loopback address, which implements the part of weather.gov that gives forecasts. */
export const startWeather = async ({
  port = 0,
  clock = systemClock,
  random = Math.random,
  slowMs = SLOW_MS,
}: WeatherOptions = {}): Promise<Weather> => {
  const faults = faultSwitches(WEATHER_FAULTS);

  const describe = (request: ServiceRequest): unknown => {
    const { method, path, search, headers } = request;
    if (faults.take('unexpected problem')) {
      throw weatherProblemError('UnexpectedProblem', 'An unexpected problem has occurred');
    }
    if (method !== 'GET') throw weatherProblemError('NotFound', `There is no ${method} ${path}`);
    if (search !== '') throw weatherProblemError('BadRequest', 'The query is not supported');
    const grid = { isMoved: faults.isOn('grid moved') };
    const point = pointIn(path);
    if (point !== undefined) return describePoint(request, point, { ...grid, faults });
    const gridpoint = forecastGridpointIn(path);
    if (gridpoint === undefined) throw weatherProblemError('NotFound', `There is no ${path}`);
    return describeForecast(gridpoint, {
      ...grid,
      nowMs: clock.now(),
      faults: flaggedFaults(headers, faults),
      isStale: headers.accept === undefined,
    });
  };

  const respond = async (request: ServiceRequest): Promise<ServiceResponse> => {
    if ((request.headers['user-agent'] ?? '').trim() === '')
      return htmlAnswer(403, 'Access Denied');
    const correlationId = randomUuid(random);
    try {
      const type = acceptedType(request.headers.accept);
      return jsonAnswer(200, describe(request), {
        'Content-Type': type,
        'Cache-Control': 'public, max-age=300',
        'X-Correlation-Id': correlationId,
      });
    } catch (error) {
      if (isWeatherProblem(error)) return problemAnswer(error, correlationId);
      throw error;
    }
  };

  const service: LocalService = await startLocalService({
    title: 'Local weather',
    port,
    clock,
    slowMs,
    faults,
    respond,
    hasTransportFaults: () => true,
    entries: () =>
      service.received
        .slice(-20)
        .reverse()
        .map(({ method, path }) => ({ title: method, text: path })),
    actions: { 'switch all faults off': faults.switchAllOff },
  });
  return Object.assign(service, { faults });
};
