import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#lib/platform/clock.ts';

export interface WireCall {
  /** Counts every call since the wire was made, from 1. */
  n: number;
  /** `dynamodb:UpdateItem`, `sns:Publish`, `http:ntfy`: what is called. */
  name: string;
  /** Who calls, where the driver said so with `as`. */
  instance: string | undefined;
}

/**
 * What happens to one call. The code under test sees what it would see **after** the SDK's own retries, because a fake
 * answers above them.
 *
 * - `fail-before`: the caller gets an error, nothing was applied.
 * - `fail-after`: it was applied, the answer is lost.
 * - `applied-twice`: it was applied, the answer was lost, the SDK sent it again: the caller gets the second answer. A
 *   conditional write thus fails because of itself.
 * - `hang`: neither answer nor error until `thaw`, or until the caller's signal aborts it.
 * - `delay`: applied and answered `ms` later; a caller that aborts meanwhile is gone, its request is still on its way.
 * - `throttle`: the service refuses.
 * - `die`: the instance is gone: nothing it waits for ever comes, nothing it sends ever arrives.
 */
export type Fault =
  | { kind: 'fail-before' | 'fail-after'; error?: Error }
  | { kind: 'hang' | 'die'; at: 'before' | 'after' }
  | { kind: 'delay'; ms: number }
  | { kind: 'applied-twice' | 'throttle' };

export type Decide = (call: WireCall) => Fault | undefined;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** What this service throws when it is asked too often. */
  throttled?: () => Error;
}

export interface Wire {
  /** Makes a call through the wire. `apply` is the effect and its answer, at one instant. */
  call: <T>(name: string, apply: () => T | Promise<T>, options?: CallOptions) => Promise<T>;
  /** Which fault meets which call, from now on. */
  decide: (decide: Decide | undefined) => void;
  /** Everything called in here, and in what it awaits, is called by this instance. */
  as: <T>(instance: string, run: () => T) => T;
  /** Lets what hangs go on: everybody's, or one instance's. Answers how many calls that were. */
  thaw: (instance?: string) => number;
  /** Whether a call of this instance hangs. */
  hangs: (instance: string) => boolean;
  /** Ends an instance between two calls: see `die`. */
  kill: (instance: string) => void;
  /** Every call so far. */
  calls: () => readonly WireCall[];
  /** Forgets calls, faults and the frozen. Who was still at something is gone with it, as is who had died. */
  reset: () => void;
}

interface Caller {
  instance: string;
  /** What was begun before a reset has no part in what comes after it. */
  bornIn: number;
}

/** What a caller sees when the connection breaks or nobody answers. */
export const networkError = (): Error =>
  Object.assign(new Error('socket hang up'), {
    name: 'TimeoutError',
    code: 'ECONNRESET',
    errno: -104,
    syscall: 'read',
    $retryable: {},
    $metadata: { attempts: 3, totalRetryDelay: 300 },
  });

/** What the SDK rejects with when the caller's signal aborts. */
export const abortError = (): Error =>
  Object.assign(new Error('Request aborted'), { name: 'AbortError' });

const throttlingError = (): Error =>
  Object.assign(new Error('Rate exceeded'), {
    name: 'ThrottlingException',
    $fault: 'client',
    $retryable: { throttling: true },
    $metadata: { httpStatusCode: 400, attempts: 3 },
  });

/** Between the code under test and every fake: where the network is broken on purpose. */
export const createWire = ({ clock }: { clock?: Pick<Clock, 'sleep'> } = {}): Wire => {
  const current = new AsyncLocalStorage<Caller>();
  const dead = new Set<string>();
  const frozen = new Set<{ instance: string | undefined; go: () => void }>();
  let decideNow: Decide | undefined;
  let calls: WireCall[] = [];
  /** Signals abort on the clock on the wall: without it, the dead of a world that is gone would act in the next one. */
  let era = 0;

  const never = new Promise<never>(() => undefined);
  const freeze = (instance: string | undefined) =>
    new Promise<void>((resolve) => {
      const one = {
        instance,
        go: () => {
          frozen.delete(one);
          resolve();
        },
      };
      frozen.add(one);
    });

  const run = async <T>(
    call: WireCall,
    apply: () => T | Promise<T>,
    { throttled = throttlingError }: CallOptions,
  ): Promise<T> => {
    const bornIn = era;
    const fault = decideNow?.(call);
    if (fault === undefined) return apply();
    switch (fault.kind) {
      case 'fail-before':
        throw fault.error ?? networkError();
      case 'throttle':
        throw throttled();
      case 'fail-after':
        await settled(apply);
        throw fault.error ?? networkError();
      case 'applied-twice':
        await settled(apply);
        return apply();
      case 'delay':
        if (clock === undefined) throw new Error('a delay needs the clock of the wire');
        await clock.sleep(fault.ms);
        return bornIn === era ? apply() : never;
      case 'hang': {
        if (fault.at === 'before') {
          await freeze(call.instance);
          return isDead(call) ? never : apply();
        }
        const answer = await settled(apply);
        await freeze(call.instance);
        return answer();
      }
      case 'die':
        if (call.instance === undefined) throw new Error('only an instance can die');
        dead.add(call.instance);
        if (fault.at === 'after') await settled(apply);
        return never;
    }
  };
  const isDead = ({ instance }: WireCall) => instance !== undefined && dead.has(instance);

  return {
    call: async (name, apply, options = {}) => {
      const { instance, bornIn } = current.getStore() ?? { instance: undefined, bornIn: era };
      const call = { n: calls.length + 1, name, instance };
      const isGone = () => bornIn !== era || isDead(call);
      if (isGone()) return never;
      calls.push(call);
      const answer = settled(() => raced(run(call, apply, options), options.signal));
      const answered = await answer;
      return isGone() ? never : answered();
    },
    decide: (decide) => {
      decideNow = decide;
    },
    as: (instance, inside) => current.run({ instance, bornIn: era }, inside),
    thaw: (instance) => {
      const some = [...frozen].filter((one) => instance === undefined || one.instance === instance);
      for (const one of some) one.go();
      return some.length;
    },
    hangs: (instance) => [...frozen].some((one) => one.instance === instance),
    kill: (instance) => {
      dead.add(instance);
    },
    calls: () => calls,
    reset: () => {
      era += 1;
      calls = [];
      decideNow = undefined;
      dead.clear();
      frozen.clear();
    },
  };
};

/** Runs it to its end, good or bad; the answer is called to get it. */
const settled = async <T>(apply: () => T | Promise<T>): Promise<() => T> => {
  try {
    const value = await apply();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
};

const raced = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(abortError());
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
};
