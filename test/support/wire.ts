import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#lib/platform/clock.ts';

export interface WireCall {
  /** The number of the call since the wire was created or forgot its calls, from 1. */
  n: number;
  /** The name of the call: `dynamodb:UpdateItem`, `sns:Publish`, `http:ntfy`. */
  name: string;
  /** The instance that calls, if the test used `as`. */
  instance: string | undefined;
}

/**
 * A fault of one call. The code under test sees what it would see **after** the SDK's own retries, because the fakes are
 * above them.
 *
 * - `fail-before`: the caller gets an error, and the call had no effect.
 * - `fail-after`: the call had its effect, and the response is lost.
 * - `applied-twice`: the call had its effect, its response was lost, and the SDK sent it again. The caller gets the second
 *   response. The condition of a write therefore fails because of the write itself.
 * - `late-copy`: the call had its effect, and the SDK's first copy of it arrives `ms` after the response.
 * - `hang`: neither response nor error until `thaw`, or until the caller's signal aborts.
 * - `delay`: the effect and the response come `ms` later, and the effect even if the caller has aborted.
 * - `throttle`: the service refuses the call.
 * - `conflict`: the service refuses the call because of a transaction on the same data. A call that cannot meet one is not
 *   affected.
 * - `die`: the instance ends: it gets no responses any more, and its later calls have no effect.
 */
export type Fault =
  | { kind: 'fail-before' | 'fail-after'; error?: Error }
  | { kind: 'hang' | 'die'; at: 'before' | 'after' }
  | { kind: 'delay' | 'late-copy'; ms: number }
  | { kind: 'applied-twice' | 'throttle' | 'conflict' };

export type Decide = (call: WireCall) => Fault | undefined;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** The error that this service throws when it throttles. */
  throttled?: () => Error;
  /** The error that this service throws for a conflict of transactions; `undefined` when the call cannot meet one. */
  conflict?: () => Error | undefined;
}

export interface Wire {
  /** Make a call through the wire. `apply` is its effect, at one instant, and returns the response. */
  call: <T>(name: string, apply: () => T | Promise<T>, options?: CallOptions) => Promise<T>;
  /** Set which call gets which fault, from now on. */
  decide: (decide: Decide | undefined) => void;
  /** Run code as an instance. Its calls, and those of the code that it awaits, belong to this instance. */
  as: <T>(instance: string, run: () => T) => T;
  /**
   * Let hanging calls continue: all of them, or those of one instance.
   * @returns their number
   */
  thaw: (instance?: string) => number;
  /** Whether a call of this instance hangs. */
  hangs: (instance: string) => boolean;
  /** End an instance between two calls, as `die` does. */
  kill: (instance: string) => void;
  /** Every call so far. */
  calls: () => readonly WireCall[];
  /** Remove the recorded calls, which a long run has no memory for. */
  forgetCalls: () => void;
  /** Remove calls, faults and hanging calls. Instances from before the reset get no responses any more. */
  reset: () => void;
}

interface Caller {
  wire: object;
  instance: string;
  /** Calls that started before a reset must not affect those after it. */
  bornIn: number;
}

/** The error of a broken connection, or of a service that does not respond. */
export const networkError = (): Error =>
  Object.assign(new Error('socket hang up'), {
    name: 'TimeoutError',
    code: 'ECONNRESET',
    errno: -104,
    syscall: 'read',
    $retryable: {},
    $metadata: { attempts: 3, totalRetryDelay: 300 },
  });

/** The error of the SDK when the caller's signal aborts. */
export const abortError = (): Error =>
  Object.assign(new Error('Request aborted'), { name: 'AbortError' });

const throttlingError = (): Error =>
  Object.assign(new Error('Rate exceeded'), {
    name: 'ThrottlingException',
    $fault: 'client',
    $retryable: { throttling: true },
    $metadata: { httpStatusCode: 400, attempts: 3 },
  });

/** One for all wires, because Node visits every storage for each promise, also those that nobody uses any more. */
const current = new AsyncLocalStorage<Caller>();

/** A layer between the code under test and every fake. It injects faults on purpose. */
export const createWire = ({ clock }: { clock?: Pick<Clock, 'sleep'> } = {}): Wire => {
  const wire = {};
  const dead = new Set<string>();
  const frozen = new Set<{ instance: string | undefined; go: () => void }>();
  let decideNow: Decide | undefined;
  let calls: WireCall[] = [];
  /**
   * Signals can abort on the real clock. Without this check, dead instances from before a reset would continue after
   * it.
   */
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
    { throttled = throttlingError, conflict }: CallOptions,
  ): Promise<T> => {
    const bornIn = era;
    const fault = decideNow?.(call);
    if (fault === undefined) return apply();
    switch (fault.kind) {
      case 'fail-before':
        throw fault.error ?? networkError();
      case 'throttle':
        throw throttled();
      case 'conflict': {
        const error = conflict?.();
        if (error !== undefined) throw error;
        return apply();
      }
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
      case 'late-copy':
        if (clock === undefined) throw new Error('a late copy needs the clock of the wire');
        clock.sleep(fault.ms).then(
          () => (bornIn === era ? settled(apply) : undefined),
          () => undefined,
        );
        return apply();
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
      const caller = current.getStore();
      const { instance, bornIn } =
        caller?.wire === wire ? caller : { instance: undefined, bornIn: era };
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
    as: (instance, inside) => current.run({ wire, instance, bornIn: era }, inside),
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
    forgetCalls: () => {
      calls = [];
    },
    reset: () => {
      era += 1;
      calls = [];
      decideNow = undefined;
      dead.clear();
      frozen.clear();
    },
  };
};

/** Wait until it ends, with a result or an error. */
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
