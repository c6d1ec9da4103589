import type { ActionConfiguration } from '#lib/actions/action.ts';
import { serviceOf } from '#lib/actions/services.ts';
import type { Service } from '#lib/http/service.ts';

/** The National Weather Service of the United States, as the public reaches it. */
export const PUBLIC_WEATHER: Service = {
  name: 'weather-gov',
  origin: 'https://api.weather.gov',
  link: 'https://www.weather.gov',
};

/** The weather service with its configured origin. @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` */
export const weatherServiceOf = (configuration: Pick<ActionConfiguration, 'parameters'>): Service =>
  serviceOf(PUBLIC_WEATHER, configuration);
