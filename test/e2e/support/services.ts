import { type Golf, startGolf } from '#scripts/local/golf/golf-server.ts';
import { LOCAL_SITES, localGolfer } from '#scripts/local/golf/local-sites.ts';
import type { SiteAccount, SiteCourse } from '#scripts/local/golf/site-course.ts';
import type { OutsideServices } from '#scripts/local/outside-services.ts';
import { freePort } from '#scripts/local/ports.ts';
import { startWeather, type Weather } from '#scripts/local/weather/weather-server.ts';
import { newPassword } from '#scripts/users/password.ts';
import { type EndpointServer, startEndpoint } from './endpoint-server.ts';

/** The ports at which functions call outside services. Only a test listens there. */
export interface ServicePorts {
  weather: number;
  /** By the name of the course. */
  golf: Readonly<Record<string, number>>;
  /** Of a service for endpoints. */
  endpoint: number;
  /** The password of the golfer. */
  password: string;
}

/** The outside services of one file. */
export interface Services {
  weather: Weather;
  golf: Golf;
  /** The golfer of every site, whose password a test may change. */
  golfer: SiteAccount;
  endpoint: EndpointServer;
  /** Forgets reservations and switches all faults off. */
  reset: () => void;
  stop: () => Promise<void>;
}

/** The wait of the fault `slow`: long enough for a test to act while a request is under way. */
const SLOW_MS = 300;

export const freeServicePorts = async (): Promise<ServicePorts> => {
  const golf: Record<string, number> = {};
  for (const { name } of LOCAL_SITES) golf[name] = await freePort();
  return {
    weather: await freePort(),
    golf,
    endpoint: await freePort(),
    password: newPassword(),
  };
};

/** The services as the platform is configured for them. */
export const servicesAt = ({ weather, golf, password }: ServicePorts): OutsideServices => ({
  weatherOrigin: originAt(weather),
  golfOrigins: Object.fromEntries(
    Object.entries(golf).map(([name, port]) => [name, originAt(port)]),
  ),
  golfer: localGolfer(password),
  // The platform starts empty, so its secret has no value.
  isGolferNew: false,
});

/** Origins that functions may call without TLS. */
export const localOriginsAt = ({ weather, golf, endpoint }: ServicePorts): string[] =>
  [weather, ...Object.values(golf), endpoint].map(originAt);

/** @param rules of every course, instead of its own */
export const startServices = async (
  ports: ServicePorts,
  rules: Partial<SiteCourse> = {},
): Promise<Services> => {
  const weather = await startWeather({ port: ports.weather, slowMs: SLOW_MS });
  const golfer = localGolfer(ports.password);
  const courses = LOCAL_SITES.map((course) => ({ ...course, ...rules }));
  const golf = await startGolf({
    ...{ accounts: [golfer], courses, ports: ports.golf, slowMs: SLOW_MS },
  });
  const endpoint = await startEndpoint(ports.endpoint);
  return {
    ...{ weather, golf, golfer, endpoint },
    reset: () => {
      weather.faults.switchAllOff();
      golf.reset();
    },
    stop: async () => {
      await Promise.all([weather.stop(), golf.stop(), endpoint.stop()]);
    },
  };
};

const originAt = (port: number) => `http://127.0.0.1:${port}`;
