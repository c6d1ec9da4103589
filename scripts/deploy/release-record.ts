import * as z from 'zod/mini';
import type { StoredJson } from './stored-json.ts';

/** The version of each function, by its folder name. */
export type Versions = Readonly<Record<string, string>>;

/**
 * How a release ended. `deploying`: it has not ended, or its command was killed. `left`: somebody rolled back from it.
 */
const OUTCOMES = ['deploying', 'good', 'failed', 'left'] as const;

const ReleaseSchema = z.strictObject({
  id: z.string(),
  /** The commit that was deployed. */
  commit: z.string(),
  /** The ARN of the caller. */
  who: z.string(),
  started_date: z.iso.datetime(),
  ended_date: z.optional(z.iso.datetime()),
  /** Empty until Terraform has published the versions. */
  versions: z.record(z.string(), z.string()),
  outcome: z.enum(OUTCOMES),
  /** Why it failed, or who left it. */
  reason: z.optional(z.string()),
});

export type Release = z.output<typeof ReleaseSchema>;

const RecordSchema = z.strictObject({ releases: z.array(ReleaseSchema) });

/** The record contains this many releases. */
export const KEPT_RELEASES = 20;
/** Only a rollback changes the record beside a deployment, so a second try is nearly always enough. */
const TRIES = 5;

/** What the object in S3 contains. */
interface StoredRecord {
  releases: readonly Release[];
}

export const parseRecord = (json: unknown): StoredRecord => z.parse(RecordSchema, json);

/** The releases of a stage, the newest first. */
export interface ReleaseRecord {
  read: () => Promise<Release[]>;
  /** Writes what `change` makes of the releases. It is called again when somebody else wrote at the same time. */
  change: (change: (releases: readonly Release[]) => readonly Release[]) => Promise<void>;
}

export const releaseRecord = (stored: StoredJson<StoredRecord>): ReleaseRecord => ({
  read: async () => [...((await stored.read())?.value.releases ?? [])],
  change: async (change) => {
    for (let n = 0; n < TRIES; n += 1) {
      const before = await stored.read();
      const releases = newestOf(change(before?.value.releases ?? []));
      if (await stored.put({ releases }, before?.tag)) return;
    }
    throw new Error('the record of releases changes all the time: try again');
  },
});

/** The newest releases. The last good one is always among them, because a rollback needs it. */
const newestOf = (releases: readonly Release[]): Release[] => {
  const kept = releases.slice(0, KEPT_RELEASES);
  const good = releases.find(({ outcome }) => outcome === 'good');
  return good === undefined || kept.includes(good) ? kept : [...kept.slice(0, -1), good];
};

/** The releases with a change of one of them. */
export const withRelease = (
  releases: readonly Release[],
  id: string,
  change: Partial<Release>,
): Release[] =>
  releases.map((release) => (release.id === id ? { ...release, ...change } : release));

/** Whether the aliases point to a release. A function that the release does not have does not count. */
export const isLive = ({ versions }: Pick<Release, 'versions'>, live: Versions): boolean => {
  const names = Object.keys(versions);
  return names.length > 0 && names.every((name) => versions[name] === live[name]);
};
