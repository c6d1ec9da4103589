import { type Clock, systemClock } from '#lib/platform/clock.ts';
import type { Random } from '#scripts/local/service/random-id.ts';
import { type GolfSite, startGolfSite } from './golf-site.ts';
import { type NewKeyPair, newRsaKeyPair } from './signing-keys.ts';
import { LOCAL_COURSES, type SiteAccount, type SiteCourse } from './site-course.ts';

export interface GolfOptions {
  /** Who may sign in, at every course. */
  accounts: readonly SiteAccount[];
  courses?: readonly SiteCourse[];
  /** The port of a course by its name. Without it, any free port. */
  ports?: Readonly<Record<string, number>>;
  clock?: Clock;
  random?: Random;
  /** The wait of the fault `slow`. Milliseconds. */
  slowMs?: number;
  newKeyPair?: NewKeyPair;
}

export interface Golf {
  /** The site of a course. @throws Error for an unknown name */
  site: (name: string) => GolfSite;
  sites: readonly GolfSite[];
  /** Resets every site. */
  reset: () => void;
  stop: () => Promise<void>;
}

const SLOW_MS = 5_000;

/**
 * Starts the reservation sites of golf courses on the loopback address, each on its own port, because each real course
 * has its own origin. They implement the protocol of CPS and keep everything in memory.
 */
export const startGolf = async ({
  accounts,
  courses = LOCAL_COURSES,
  ports = {},
  clock = systemClock,
  random = Math.random,
  slowMs = SLOW_MS,
  newKeyPair = newRsaKeyPair,
}: GolfOptions): Promise<Golf> => {
  const options = { accounts, clock, random, slowMs, newKeyPair };
  const sites: GolfSite[] = [];
  const stop = async () => {
    await Promise.all(sites.map((site) => site.stop()));
  };
  try {
    for (const course of courses) {
      sites.push(await startGolfSite({ ...options, course, port: ports[course.name] ?? 0 }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    sites,
    site: (name) => {
      const site = sites.find(({ course }) => course.name === name);
      if (site === undefined) throw new Error(`there is no course ${name}`);
      return site;
    },
    reset: () => {
      for (const site of sites) site.reset();
    },
    stop,
  };
};
