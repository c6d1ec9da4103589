import type { Aliases, MoveProblem } from '#scripts/deploy/aliases.ts';
import { deploymentLock, type Holder } from '#scripts/deploy/deployment-lock.ts';
import { type Release, releaseRecord, type Versions } from '#scripts/deploy/release-record.ts';
import { type DeploymentPorts, runDeployment } from '#scripts/deploy/run-deployment.ts';
import { runRollback } from '#scripts/deploy/run-rollback.ts';
import type { StoredJson } from '#scripts/deploy/stored-json.ts';
import { virtualClock } from '#test/support/clock.ts';

/** The functions of the model. */
export const NAMES = ['processor', 'sweeper', 'web-api'];

/** A call of a port, after which the process of a command is gone. */
class Killed extends Error {}

/** What one command meets. */
export interface Meets {
  /** The command is killed before this call of a port, counted from 1. */
  killedAt?: number;
  /** The command is killed after this call had its effect. */
  killedAfter?: number;
  problems?: string[];
  messageError?: string;
  watchError?: string;
  applyError?: string;
  signal?: AbortSignal;
  /** Called before each call of a port. */
  onCall?: (name: string) => Promise<void> | void;
  /** The functions whose alias cannot be moved. */
  stuck?: readonly string[];
}

/** A stage in memory, with the aliases, versions, lock and record that its commands see. */
export const deployedStage = () => {
  const clock = virtualClock();
  const aliases = new Map<string, string>();
  const newest = new Map<string, string>();
  const deleted = new Set<string>();
  const objects = new Map<string, { value: unknown; tag: string }>();
  let hasBucket = false;
  let tags = 0;
  let commands = 0;
  let calls = 0;

  const stored = <Value>(key: string): StoredJson<Value> => ({
    read: async () =>
      structuredClone(objects.get(key)) as Awaited<ReturnType<StoredJson<Value>['read']>>,
    put: async (value, tag) => {
      if (!hasBucket) throw new Error('NoSuchBucket');
      if (objects.get(key)?.tag !== tag) return false;
      tags += 1;
      objects.set(key, { value: structuredClone(value), tag: String(tags) });
      return true;
    },
    remove: async (tag) => objects.get(key)?.tag === tag && objects.delete(key),
  });

  const ports = (meets: Meets, what: string) => {
    let made = 0;
    let isDead = false;
    const call = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
      if (isDead) throw new Killed();
      await meets.onCall?.(name);
      made += 1;
      calls = made;
      if (made === meets.killedAt) {
        isDead = true;
        throw new Killed();
      }
      const result = await work();
      if (made === meets.killedAfter) {
        isDead = true;
        throw new Killed();
      }
      return result;
    };
    const wired = <Value>(key: string): StoredJson<Value> => {
      const { read, put, remove } = stored<Value>(key);
      return {
        read: () => call(`read ${key}`, read),
        put: (value, tag) => call(`put ${key}`, () => put(value, tag)),
        remove: (tag) => call(`remove ${key}`, () => remove(tag)),
      };
    };
    commands += 1;
    const holder = { id: String(commands), who: `caller ${commands}`, what };
    const wiredAliases: Aliases = {
      read: () => call('read aliases', async () => Object.fromEntries(aliases)),
      newest: () => call('list versions', async () => Object.fromEntries(newest)),
      missing: (versions) =>
        call('check versions', async () =>
          Object.entries(versions).flatMap(([name, version]) =>
            deleted.has(`${name} ${version}`) ? [name] : [],
          ),
        ),
      move: async (to) => {
        const problems: MoveProblem[] = [];
        for (const [name, version] of Object.entries(to)) {
          await call(`move ${name}`, async () => {
            if (meets.stuck?.includes(name)) problems.push({ name, problem: 'it is stuck' });
            else aliases.set(name, version);
          });
        }
        return problems;
      },
    };
    return {
      call,
      lock: deploymentLock(wired<Holder>('lock'), { stage: 'prod', clock, holder }),
      record: releaseRecord(wired('record')),
      aliases: wiredAliases,
      clock,
    };
  };

  return {
    clock,
    aliases,
    deleted,
    /** What `Lambda` would call: the live version of each function. */
    live: (): Versions => Object.fromEntries(aliases),
    holder: () => objects.get('lock')?.value as Holder | undefined,
    releases: () =>
      (objects.get('record')?.value as { releases: Release[] } | undefined)?.releases ?? [],
    /** The number of calls of ports that the last command made. */
    calls: () => calls,
    deploy: async (id: string, meets: Meets = {}) => {
      const shown: string[] = [];
      const { call, ...rest } = ports(meets, 'make deploy');
      const deployment: DeploymentPorts = {
        ...rest,
        apply: () =>
          call('apply', async () => {
            hasBucket = true;
            for (const name of NAMES) {
              const version = String(Number(newest.get(name) ?? 0) + 1);
              newest.set(name, version);
              // Terraform creates an alias with its function.
              if (!aliases.has(name)) aliases.set(name, version);
            }
            if (meets.applyError !== undefined) throw new Error(meets.applyError);
          }),
        probe: () => call('probe', async () => meets.problems ?? []),
        sendMessage: () =>
          call('send a message', async () => {
            if (meets.messageError !== undefined) throw new Error(meets.messageError);
          }),
        watch: () =>
          call('watch', async () => {
            if (meets.watchError !== undefined) throw new Error(meets.watchError);
          }),
        show: (text) => shown.push(text),
        signal: meets.signal ?? new AbortController().signal,
      };
      await runDeployment({ id, commit: `commit-of-${id}`, who: 'the deployer' }, deployment);
      return shown;
    },
    rollBack: async (to?: string, meets: Meets = {}) => {
      const { call: _, ...rest } = ports(meets, 'make rollback');
      return runRollback({ who: 'the operator', to }, rest);
    },
  };
};

/** All functions at one version. */
export const allAt = (version: string): Versions =>
  Object.fromEntries(NAMES.map((name) => [name, version]));
