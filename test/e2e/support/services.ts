import { type Golf, startGolf } from '#scripts/local/golf/golf-server.ts';
import { LOCAL_SITES, localGolfer } from '#scripts/local/golf/local-sites.ts';
import type { OutsideServices } from '#scripts/local/outside-services.ts';
import { freePort } from '#scripts/local/ports.ts';
import { startWeather, type Weather } from '#scripts/local/weather/weather-server.ts';
import { newPassword } from '#scripts/users/password.ts';

/** The ports at which functions call outside services. Only a test listens there. */
export interface ServicePorts {
  weather: number;
  /** By the name of the course. */
  golf: Readonly<Record<string, number>>;
  /** The password of the golfer. */
  password: string;
}

/** The outside services of one file. */
export interface Services {
  weather: Weather;
  golf: Golf;
  /** Forgets reservations and switches all faults off. */
  reset: () => void;
  stop: () => Promise<void>;
}

export const freeServicePorts = async (): Promise<ServicePorts> => {
  const golf: Record<string, number> = {};
  for (const { name } of LOCAL_SITES) golf[name] = await freePort();
  return { weather: await freePort(), golf, password: newPassword() };
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

export const startServices = async (ports: ServicePorts): Promise<Services> => {
  const weather = await startWeather({ port: ports.weather });
  const accounts = [localGolfer(ports.password)];
  const golf = await startGolf({ accounts, courses: LOCAL_SITES, ports: ports.golf });
  return {
    weather,
    golf,
    reset: () => {
      weather.faults.switchAllOff();
      golf.reset();
    },
    stop: async () => {
      await Promise.all([weather.stop(), golf.stop()]);
    },
  };
};

const originAt = (port: number) => `http://127.0.0.1:${port}`;
