/** One deployment of a stage, step by step. Its ports let tests stop it at every step. */
import { type Clock, iso } from '#lib/platform/clock.ts';
import { messageOf } from '#scripts/command.ts';
import { type Aliases, problemText } from './aliases.ts';
import type { DeploymentLock } from './deployment-lock.ts';
import {
  isLive,
  type Release,
  type ReleaseRecord,
  type Versions,
  withRelease,
} from './release-record.ts';

export interface DeploymentPorts {
  lock: DeploymentLock;
  record: ReleaseRecord;
  aliases: Aliases;
  /** Applies the saved plan. It publishes versions and moves no alias. @throws Error when Terraform fails */
  apply: () => Promise<void>;
  /** @returns what is wrong with the versions, one text per function */
  probe: (versions: Versions) => Promise<string[]>;
  /** Sends one real message and waits for its push. @throws Error that says what went wrong */
  sendMessage: () => Promise<void>;
  /** Watches the release, which is live since `sinceMs`, for its time. @throws Error that says what went wrong */
  watch: (sinceMs: number) => Promise<void>;
  clock: Pick<Clock, 'now'>;
  /** Shows the step that begins. */
  show: (text: string) => void;
  /** Ends the deployment before the next step. The aliases then move back, as after a failure. */
  signal: AbortSignal;
}

/** What the record says about a new release. */
export type NewRelease = Pick<Release, 'id' | 'commit' | 'who'>;

/**
 * Applies the plan, probes the new versions, moves all aliases together, and watches the release. After a failure, all
 * aliases point to the versions before.
 * @throws Error that says what failed, and whether the aliases moved back
 */
export const runDeployment = async (release: NewRelease, ports: DeploymentPorts): Promise<void> => {
  const { lock, record, aliases, apply, clock } = ports;
  const live = await aliases.read();
  // Before the first deployment, there is no bucket for the lock and the record, and nothing to move back to.
  const isFirst = Object.keys(live).length === 0;
  if (isFirst) await step(ports, 'applying the plan', apply);
  await lock.take();
  try {
    const back = isFirst ? {} : returnPoint(await record.read(), await aliases.read());
    // Written before the plan is applied and without versions: a rollback after a killed apply then sees that the release
    // before is still the live one.
    const entry = { ...release, started_date: iso(clock.now()), versions: {} };
    await record.change((releases) => [
      { ...entry, outcome: 'deploying' },
      ...withoutKilled(releases),
    ]);
    try {
      if (!isFirst) await step(ports, 'applying the plan', apply);
      await goLive(release, ports);
    } catch (error) {
      throw await undone(error, { release, back, ports });
    }
    await end(release, ports, { outcome: 'good' });
  } finally {
    await lock.release();
  }
};

/**
 * The versions that the aliases move back to after a failure. After a killed deployment or rollback, some aliases can point
 * to another release than the others, so the newest good release counts then.
 */
const returnPoint = (releases: readonly Release[], live: Versions): Versions => {
  const isWhole =
    releases[0]?.outcome !== 'deploying' && releases.some((release) => isLive(release, live));
  const good = releases.find(({ outcome }) => outcome === 'good');
  return isWhole || good === undefined ? live : { ...live, ...good.versions };
};

/** Whoever holds the lock knows that the command of a release that is still `deploying` was killed. */
export const withoutKilled = (releases: readonly Release[]): Release[] =>
  releases.map((release) =>
    release.outcome === 'deploying'
      ? { ...release, outcome: 'failed', reason: 'its command was killed' }
      : release,
  );

const goLive = async (release: NewRelease, ports: DeploymentPorts): Promise<void> => {
  const { lock, record, aliases, probe, sendMessage, watch, clock } = ports;
  const versions = await aliases.newest();
  await record.change((releases) => withRelease(releases, release.id, { versions }));
  await step(ports, 'probing the new versions', async () => {
    const problems = await probe(versions);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  await step(ports, 'moving all aliases', async () => {
    if (!(await lock.isHeld())) throw new Error(TAKEN_OVER);
    const problems = await aliases.move(versions);
    if (problems.length > 0) throw new Error(problemText(problems));
  });
  const sinceMs = clock.now();
  await step(ports, 'sending a message', sendMessage);
  await step(ports, 'watching the release', () => watch(sinceMs));
  if (!(await lock.isHeld())) throw new Error(TAKEN_OVER);
};

const TAKEN_OVER = 'another command took over the stage';

/** Moves the aliases back and writes the failure to the record. @returns the error for the person who deploys */
const undone = async (
  error: unknown,
  { release, back, ports }: { release: NewRelease; back: Versions; ports: DeploymentPorts },
): Promise<Error> => {
  const { lock, aliases, show } = ports;
  const reason = messageOf(error);
  // If the lock cannot be read, moving back is the safer way.
  const isHeld = await lock.isHeld().catch(() => true);
  if (!isHeld)
    return new Error(`${reason}; that command decides about the aliases`, { cause: error });
  show('moving all aliases back');
  const problems = await aliases.move(back);
  await end(release, ports, { outcome: 'failed', reason }).catch((cause) =>
    show(`the record was not written: ${messageOf(cause)}`),
  );
  const where =
    problems.length === 0
      ? 'All aliases point to the versions before.'
      : `These aliases were not moved back: ${problemText(problems)}`;
  return new Error(`the deployment failed: ${reason}\n${where}`, { cause: error });
};

const end = (
  { id }: NewRelease,
  { record, clock }: DeploymentPorts,
  change: Pick<Release, 'outcome'> & Partial<Pick<Release, 'reason'>>,
): Promise<void> =>
  record.change((releases) =>
    withRelease(releases, id, { ...change, ended_date: iso(clock.now()) }),
  );

const step = async <Result>(
  { show, signal }: DeploymentPorts,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  signal.throwIfAborted();
  show(name);
  return work();
};
