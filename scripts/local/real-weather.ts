/** Scheme, host and port, without a path. Plain http only to this machine. */
const WITH_TLS = /^https:\/\/[a-z0-9.-]+(:\d+)?$/;
const ON_THIS_MACHINE = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/;

/** A weather service that is used instead of the local weather server. */
export interface RealWeather {
  origin: string;
  /** Origins that functions may call without TLS. */
  localOrigins: readonly string[];
}

/** @throws Error for an address that is not an origin, or that uses plain http to another machine */
export const realWeather = (url: string): RealWeather => {
  const origin = url.replace(/\/$/, '');
  if (WITH_TLS.test(origin)) return { origin, localOrigins: [] };
  if (ON_THIS_MACHINE.test(origin)) return { origin, localOrigins: [origin] };
  throw new Error(
    'WEATHER_URL must be an address without a path: https://api.weather.gov, or http://localhost:port',
  );
};
