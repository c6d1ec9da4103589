import { refusalError } from './failures.ts';

export interface LimitOptions {
  /** The number of requests in a burst, including polls, and the time after which one more is allowed. */
  requests?: { burst: number; refillMs: number };
  /** The number of wrong credentials after which the server refuses all credentials. */
  authFailures?: { burst: number; refillMs: number };
  /** The number of new topics. Only 2.27 limits them. */
  newTopics?: { burst: number; refillMs: number };
  /** The number of messages per day. */
  dailyMessages?: number;
}

/** The limits of a server with default settings. They count by the caller's address. */
export const DEFAULT_LIMITS: LimitOptions = {
  requests: { burst: 60, refillMs: 5_000 },
  authFailures: { burst: 30, refillMs: 60_000 },
  newTopics: { burst: 100, refillMs: 60_000 },
};

/** Counts the requests of each address. A missing option means no limit. As in ntfy, no refusal has a Retry-After. */
export const limiter = (options: LimitOptions, now: () => number) => {
  const requests = buckets(options.requests, now);
  const failures = buckets(options.authFailures, now);
  const newTopics = buckets(options.newTopics, now);
  const topics = new Set<string>();
  let messages = 0;

  return {
    /** @throws Refusal 42901. */
    request: (from: string) => {
      if (!requests.take(from)) throw refusalError(42901);
    },
    /** @throws Refusal 42909. */
    beforeCredentials: (from: string) => {
      if (!failures.has(from)) throw refusalError(42909);
    },
    afterBadCredentials: (from: string) => void failures.take(from),
    /** @throws Refusal 42911 for a new topic; topics that exist still work. */
    topic: (from: string, topic: string) => {
      if (topics.has(topic)) return;
      if (!newTopics.take(from)) throw refusalError(42911);
      topics.add(topic);
    },
    /** @throws Refusal 42908. */
    message: () => {
      if (messages >= (options.dailyMessages ?? Number.POSITIVE_INFINITY))
        throw refusalError(42908);
      messages += 1;
    },
  };
};

export type Limits = ReturnType<typeof limiter>;

/** One token bucket per address. */
const buckets = (rate: { burst: number; refillMs: number } | undefined, now: () => number) => {
  const levels = new Map<string, { level: number; atMs: number }>();
  const levelOf = (from: string) => {
    if (rate === undefined) return Number.POSITIVE_INFINITY;
    const { level, atMs } = levels.get(from) ?? { level: rate.burst, atMs: now() };
    return Math.min(rate.burst, level + (now() - atMs) / rate.refillMs);
  };
  return {
    has: (from: string) => levelOf(from) >= 1,
    take: (from: string) => {
      const level = levelOf(from);
      if (level < 1) return false;
      levels.set(from, { level: level - 1, atMs: now() });
      return true;
    },
  };
};
