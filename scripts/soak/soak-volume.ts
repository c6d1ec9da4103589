import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { line } from '#scripts/printable.ts';
import { readNumber, readSeed } from './read-number.ts';
import type { VolumeOptions, VolumeReport } from './volume-world.ts';

const DEFAULT_MESSAGES = 100_000;
const DEFAULT_MINUTES = 120;

type Volume = (options: VolumeOptions) => Promise<VolumeReport>;

/** The modules of the platform read their environment while they load. */
const outageOf = async () => {
  await import('#test/support/set-environment.ts');
  return (await import('./outage.ts')).outage;
};

/** Each volume by its name. The volumes of the failures F08, F27 and F28. */
export const VOLUMES: Readonly<Record<string, Volume>> = {
  due: async (options) => {
    await import('#test/support/set-environment.ts');
    return (await import('./due-backlog.ts')).dueBacklog({ ...options, silentMinutes: 180 });
  },
  outage48: async (options) => {
    const validHours = { from: 2, to: 12 };
    return (await outageOf())({ ...options, hours: 48, validHours, silentHours: 6 });
  },
  outage72: async (options) => (await outageOf())({ ...options, hours: 72 }),
};

/**
 * Runs a volume: `SOAK_MESSAGES=` messages in simulated time, for at most `SOAK_MINUTES=`, with the seed `SOAK_SEED=`.
 * Prints its figures and its broken rules.
 * @returns whether no rule was broken
 */
export const soakVolume = async (name: string, run: Volume): Promise<boolean> => {
  const messages = readNumber('SOAK_MESSAGES', DEFAULT_MESSAGES);
  const minutes = readNumber('SOAK_MINUTES', DEFAULT_MINUTES);
  const seed = readSeed();
  const startedMs = Date.now();
  console.log(
    line`${name} with ${messages} messages from seed ${seed}, at most ${minutes} minutes`,
  );
  const untilMs = startedMs + minutes * MINUTE_MS;
  const { broken, figures } = await run({ messages, seed, untilMs });
  for (const [what, value] of Object.entries(figures)) console.log(line`${value}  ${what}`);
  const seconds = ((Date.now() - startedMs) / SECOND_MS).toFixed(0);
  for (const rule of broken.slice(0, 20)) console.log(line`broken: ${rule}`);
  console.log(line`${broken.length} broken rules, in ${seconds} s`);
  return broken.length === 0;
};
