import * as z from 'zod/mini';
import { type Clock, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { line } from '#scripts/printable.ts';
import type { StoredJson } from './stored-json.ts';

const HolderSchema = z.strictObject({
  /** Different for each command. */
  id: z.string(),
  /** The ARN of the caller. */
  who: z.string(),
  /** What the command does, for people. */
  what: z.string(),
  since: z.iso.datetime(),
});

/** Who holds the lock of a stage. */
export type Holder = z.output<typeof HolderSchema>;

export const parseHolder = (json: unknown): Holder => z.parse(HolderSchema, json);

/** A command that holds the lock longer than this was killed. No deployment takes as long. */
export const STALE_MS = 30 * MINUTE_MS;
const TRIES = 5;

/** Lets one command at a time change the aliases of a stage. */
export interface DeploymentLock {
  /** @throws Error that names the holder and says what to do, while another command holds the lock */
  take: () => Promise<void>;
  /** Takes the lock from whoever holds it. @returns the previous holder */
  takeOver: () => Promise<Holder | undefined>;
  /** False when another command took the lock over. */
  isHeld: () => Promise<boolean>;
  /** Does nothing when another command took the lock over. */
  release: () => Promise<void>;
}

export interface LockOptions {
  stage: string;
  clock: Pick<Clock, 'now'>;
  holder: Pick<Holder, 'id' | 'who' | 'what'>;
}

export const deploymentLock = (
  stored: StoredJson<Holder>,
  { stage, clock, holder }: LockOptions,
): DeploymentLock => {
  const held = () => ({ ...holder, since: iso(clock.now()) });

  /** @param mayReplace whether the lock may be taken from this holder; throws if not */
  const takeFrom = async (mayReplace: (other: Holder) => void): Promise<Holder | undefined> => {
    for (let n = 0; n < TRIES; n += 1) {
      const found = await stored.read();
      if (found !== undefined) mayReplace(found.value);
      if (await stored.put(held(), found?.tag)) return found?.value;
    }
    throw new Error(`the lock of ${stage} changes all the time: try again`);
  };

  const own = async () => {
    const found = await stored.read();
    return found?.value.id === holder.id ? found : undefined;
  };

  return {
    take: async () => {
      await takeFrom((other) => {
        if (clock.now() - Date.parse(other.since) >= STALE_MS) return;
        const { what, who, since } = other;
        throw new Error(
          line`${stage} is locked since ${since}: ${what} by ${who}. Wait until it has ended. If it was killed: make rollback STAGE=${stage}`,
        );
      });
    },
    takeOver: () => takeFrom(() => {}),
    isHeld: async () => (await own()) !== undefined,
    release: async () => {
      const found = await own();
      if (found !== undefined) await stored.remove(found.tag);
    },
  };
};
