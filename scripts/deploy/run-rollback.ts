/** One rollback of a stage: moves all aliases to the versions of an earlier release. */
import { type Clock, iso } from '#lib/platform/clock.ts';
import { line } from '#scripts/printable.ts';
import { type Aliases, problemText } from './aliases.ts';
import type { DeploymentLock, Holder } from './deployment-lock.ts';
import { isLive, type Release, type ReleaseRecord, type Versions } from './release-record.ts';

export interface RollbackPorts {
  lock: DeploymentLock;
  record: ReleaseRecord;
  aliases: Aliases;
  clock: Pick<Clock, 'now'>;
}

export interface RollbackResult {
  /** The release that is live now. */
  release: Release;
  /** The functions whose alias was moved. */
  moved: string[];
  /** The command whose lock was taken. */
  takenFrom: Holder | undefined;
}

/**
 * Moves all aliases to the last good release before the live one, or to the release `to`. It does not wait for the lock: a
 * deployment that hangs must not stop it.
 * @throws Error that says what to do when there is no such release, and which aliases were not moved
 */
export const runRollback = async (
  { who, to }: { who: string; to: string | undefined },
  { lock, record, aliases, clock }: RollbackPorts,
): Promise<RollbackResult> => {
  const takenFrom = await lock.takeOver();
  try {
    const [releases, live] = await Promise.all([record.read(), aliases.read()]);
    const release = to === undefined ? lastGood(releases, live) : releaseCalled(to, releases);
    const missing = await aliases.missing(release.versions);
    if (missing.length > 0) {
      throw new Error(
        line`the versions of release ${release.id} are deleted: ${missing.join(', ')}`,
      );
    }
    // First the record: if this command is killed in between, the next rollback chooses the same release.
    const ended_date = iso(clock.now());
    await record.change((found) => afterRollback(found, release, { who, ended_date }));
    const problems = await aliases.move(release.versions);
    if (problems.length > 0) {
      throw new Error(
        `these aliases were not moved, run the command again: ${problemText(problems)}`,
      );
    }
    const { versions } = release;
    const moved = Object.keys(versions).filter((name) => versions[name] !== live[name]);
    return { release, moved, takenFrom };
  } finally {
    await lock.release();
  }
};

/**
 * The last good release before the live one. The record decides, and not the numbers of the versions, because the next
 * lower version can be one of a failed release.
 */
const lastGood = (releases: readonly Release[], live: Versions): Release => {
  const found = releases.slice(firstCandidate(releases, live)).find(isGood);
  if (found !== undefined) return found;
  throw new Error('there is no earlier good release: make releases lists all of them');
};

/** The place of the newest release that a rollback can choose. */
const firstCandidate = (releases: readonly Release[], live: Versions): number => {
  // A killed deployment can have moved some aliases, so the good release before it is not completely live.
  if (releases[0]?.outcome === 'deploying') return 1;
  const liveAt = releases.findIndex((release) => isLive(release, live));
  if (liveAt >= 0) return liveAt + 1;
  // A killed rollback has marked the releases that it left, and moved some aliases.
  return 0;
};

const isGood = ({ outcome }: Release) => outcome === 'good';

const releaseCalled = (id: string, releases: readonly Release[]): Release => {
  const found = releases.find((release) => release.id === id);
  const usable = found?.outcome === 'good' || found?.outcome === 'left' ? found : undefined;
  if (usable !== undefined) return usable;
  throw new Error(
    found === undefined
      ? line`there is no release ${id}: make releases lists all of them`
      : line`release ${id} is ${found.outcome}, and was never live as a whole`,
  );
};

/** The record with `release` as the live one. Newer releases that were good or still deploying count as left. */
const afterRollback = (
  releases: readonly Release[],
  { id }: Release,
  { who, ended_date }: { who: string; ended_date: string },
): Release[] => {
  const at = releases.findIndex((release) => release.id === id);
  return releases.map((release, n): Release => {
    if (n === at) return { ...release, outcome: 'good' };
    const isLeft = n < at && (release.outcome === 'good' || release.outcome === 'deploying');
    return isLeft
      ? { ...release, outcome: 'left', ended_date, reason: `rolled back by ${who}` }
      : release;
  });
};
