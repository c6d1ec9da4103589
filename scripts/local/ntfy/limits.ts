import { refusal } from './failures.ts';

export interface LimitOptions {
  /** Requests at once, polls included, and how fast they come back. */
  requests?: { burst: number; refillMs: number };
  /** Wrong credentials before all credentials are refused. */
  authFailures?: { burst: number; refillMs: number };
  /** Topics that nobody used before (2.27). */
  newTopics?: { burst: number; refillMs: number };
  /** Messages a day. */
  dailyMessages?: number;
}

/** What a server does that nobody configured, per address. */
export const DEFAULT_LIMITS: LimitOptions = {
  requests: { burst: 60, refillMs: 5_000 },
  authFailures: { burst: 30, refillMs: 60_000 },
  newTopics: { burst: 100, refillMs: 60_000 },
};

/** Counts what addresses do. An option that is left out limits nothing. No answer of it says when to come back. */
export const limiter = (options: LimitOptions, now: () => number) => {
  const requests = buckets(options.requests, now);
  const failures = buckets(options.authFailures, now);
  const fresh = buckets(options.newTopics, now);
  const topics = new Set<string>();
  let messages = 0;

  return {
    /** @throws Refusal 42901. */
    request: (from: string) => {
      if (!requests.take(from)) throw refusal(42901);
    },
    /** @throws Refusal 42909. */
    beforeCredentials: (from: string) => {
      if (!failures.has(from)) throw refusal(42909);
    },
    afterBadCredentials: (from: string) => void failures.take(from),
    /** @throws Refusal 42911; topics that exist still work. */
    topic: (from: string, topic: string) => {
      if (topics.has(topic)) return;
      if (!fresh.take(from)) throw refusal(42911);
      topics.add(topic);
    },
    /** @throws Refusal 42908. */
    message: () => {
      if (messages >= (options.dailyMessages ?? Number.POSITIVE_INFINITY)) throw refusal(42908);
      messages += 1;
    },
  };
};

export type Limits = ReturnType<typeof limiter>;

/** Token buckets by address. */
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
