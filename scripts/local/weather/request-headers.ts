import type { TakeFault } from '#scripts/local/service/fault-switches.ts';
import type { ServiceRequest } from '#scripts/local/service/service-request.ts';
import type { WeatherFault } from './weather-faults.ts';
import { weatherProblemError } from './weather-problem.ts';

const GEO_JSON = 'application/geo+json';
const ACCEPTED = new Set([GEO_JSON, 'application/json', 'application/*', '*/*']);

/** Flags of the header `Feature-Flags` that change the shape of a period as a fault does. */
const FLAGS: ReadonlyMap<WeatherFault, string> = new Map([
  ['object winds', 'forecast_wind_speed_qv'],
  ['object temperatures', 'forecast_temperature_qv'],
]);

/** The media type of the answer. @throws WeatherProblem NotAcceptable */
export const acceptedType = (accept = '*/*'): string => {
  const types = accept.split(',').map((type) => (type.split(';')[0] ?? '').trim().toLowerCase());
  if (types.some((type) => ACCEPTED.has(type))) return GEO_JSON;
  throw weatherProblemError('NotAcceptable', `The service has no ${accept}`);
};

/** The faults, with those that the client itself asks for. */
export const flaggedFaults = (
  { 'feature-flags': header = '' }: ServiceRequest['headers'],
  faults: TakeFault<WeatherFault>,
): TakeFault<WeatherFault> => {
  const flags = header.split(',').map((flag) => flag.trim());
  const isFlagged = (fault: WeatherFault) => flags.some((flag) => flag === FLAGS.get(fault));
  return {
    take: (fault) => faults.take(fault) || isFlagged(fault),
  };
};
