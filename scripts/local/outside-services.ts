import { join, relative } from 'node:path';
import { newPassword } from '#scripts/users/password.ts';
import { keepPassword, passwordOf } from '#scripts/users/passwords.ts';
import { startGolf } from './golf/golf-server.ts';
import { LOCAL_SITES, localGolfer } from './golf/local-sites.ts';
import type { SiteAccount } from './golf/site-course.ts';
import { listenOnKeptPort, movedPortText } from './kept-port.ts';
import { LOCAL_DIR, ROOT } from './paths.ts';
import { realWeather } from './real-weather.ts';
import { startWeather } from './weather/weather-server.ts';

/** Where the outside services of a local platform are, and who may sign in there. */
export interface OutsideServices {
  /** Origin of weather.gov, or of a server that implements its protocol. */
  weatherOrigin: string;
  /** Origins of the reservation sites by the name of the course. */
  golfOrigins: Readonly<Record<string, string>>;
  golfer: Pick<SiteAccount, 'username' | 'password'>;
  /** Whether the password of the golfer differs from that of an earlier start. */
  isGolferNew: boolean;
}

/** The outside services of `make dev`. */
export interface RunningServices extends OutsideServices {
  /** Origins that functions may call without TLS. */
  localOrigins: readonly string[];
  /** The address of each page by its name. */
  pages: Readonly<Record<string, string>>;
  /** Why a server is not at its usual port, and how to move it back. */
  movedTexts: readonly string[];
  stop: () => Promise<void>;
}

/** The port of the first start by the name of the server. The gaps leave ports for servers that have to move. */
const FIRST_PORTS: Readonly<Record<string, number>> = {
  weather: 2590,
  ...Object.fromEntries(LOCAL_SITES.map(({ name }, n) => [`golf ${name}`, 2600 + 10 * n])),
};
/** The file with the password of the golfer. Only the owner can read it. */
const GOLFER_FILE = 'golfer.json';

/**
 * Starts the local servers that stand for outside services, each at the port of its last start.
 * @param realWeatherUrl Address of a weather service that is used instead of the local one
 * @param folder Remembers the ports and the password of the golfer
 */
export const startOutsideServices = async (
  realWeatherUrl: string | undefined,
  folder = LOCAL_DIR,
): Promise<RunningServices> => {
  const real = realWeatherUrl ? realWeather(realWeatherUrl) : undefined;
  const pages: Record<string, string> = {};
  const movedTexts: string[] = [];
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((stopServer) => stopServer()));
  };
  const start = async (name: string, listen: (port: number) => Promise<LocalServer>) => {
    const file = join(relative(ROOT, folder), `${name.replace(' ', '-')}-port`);
    const kept = { first: FIRST_PORTS[name] ?? 0, file };
    const found = await listenOnKeptPort({ ...kept, listen });
    stops.push(found.server.stop);
    pages[name] = `${found.server.url}/`;
    const movedText = movedPortText(`the page of ${name}`, found, kept);
    if (movedText !== undefined) movedTexts.push(movedText);
    return found.server.url;
  };

  const account = golferAccount(join(folder, GOLFER_FILE));
  try {
    const weatherOrigin =
      real?.origin ?? (await start('weather', (port) => startWeather({ port })));
    const golfOrigins: Record<string, string> = {};
    for (const { name } of LOCAL_SITES) {
      const listen = (port: number) => startSite(name, port, account.golfer);
      golfOrigins[name] = await start(`golf ${name}`, listen);
    }
    const ownWeather = real === undefined ? [weatherOrigin] : real.localOrigins;
    const localOrigins = [...ownWeather, ...Object.values(golfOrigins)];
    return { weatherOrigin, golfOrigins, ...account, localOrigins, pages, movedTexts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

interface LocalServer {
  url: string;
  stop: () => Promise<void>;
}

const startSite = async (name: string, port: number, golfer: SiteAccount): Promise<LocalServer> => {
  const courses = LOCAL_SITES.filter((course) => course.name === name);
  const golf = await startGolf({ accounts: [golfer], courses, ports: { [name]: port } });
  return { url: golf.site(name).url, stop: golf.stop };
};

/** The golfer with the password of earlier starts. */
const golferAccount = (file: string) => {
  const { username } = localGolfer('');
  const known = passwordOf(username, file);
  const password = known ?? newPassword();
  if (known === undefined) keepPassword(username, password, file);
  return { golfer: localGolfer(password), isGolferNew: known === undefined };
};
