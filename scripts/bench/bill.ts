import { difference, type FlowUsage, type Usage } from './operations.ts';
import { type Bill, plus } from './prices.ts';

/** What somebody does in a day. */
export interface Load {
  /** Messages created by a POST, each of which becomes a push: two messages of the platform. */
  posts: number;
  /** Calls of the API, the posts among them. */
  apiCalls: number;
}

/** A post makes a message, and this a push, which is a message, too. */
const MESSAGES_PER_POST = 2;

/** The load of so many messages: half of them are posts, the others their pushes. */
export const loadOf = ({ messages, apiCalls }: { messages: number; apiCalls: number }): Load => ({
  posts: messages / MESSAGES_PER_POST,
  apiCalls,
});

const DAYS = 365 / 12;
const MINUTES = DAYS * 24 * 60;
const SECONDS = MINUTES * 60;
const GB = 1024 ** 3;

/** Of the calls that are no posts, one in this many is a list of fifty. An assumption. */
const LIST_EVERY = 10;
/** Of all calls, one in this many asks the authorizer: the gateway remembers a token for 5 minutes. An assumption. */
const AUTHORIZED_EVERY = 10;
/** Part of the requests and invocations that are traced: `sampling_percent` of the root `prod`. */
const SAMPLED = 0.05;

/** What an invocation takes, waiting included. Seconds. Assumptions: only ratios carry over from this machine. */
const DURATION_S = { call: 0.05, authorizer: 0.02, worker: 0.25, tick: 0.2 };
const MEMORY_GB = 0.5;
/** START, END and REPORT of an invocation, and what CloudWatch adds to each line: 26 bytes. */
const PLATFORM_LOG_BYTES = 430;
/** A line of the gateway's access log, the same 26 bytes included. */
const ACCESS_LOG_BYTES = 290;
/** What is left of a byte of log once it is stored, and for how long. Source: the examples of CloudWatch's prices. */
const LOG = { storedPart: 0.15, months: 1 };
/** Answers, with their headers. Bytes. */
const ANSWER_BYTES = { one: 2_048, list: 65_536 };

/** A message and its push: rows, and the same with their entries in the indexes. Bytes, and how long they are kept. */
const STORED = { rowBytes: 2_248, allBytes: 4_096, days: 90 };
/**
 * Read units of a post beside what is counted: pushes come farther apart than the breaker is remembered (2 s), and the
 * hour's counts are made again twice, which reads both rows at half a unit.
 */
const FURTHER_READ_UNITS = 1 + MESSAGES_PER_POST;

/**
 * Fixed: what runs when nothing happens.
 *
 * - Pollers wait 20 s per receive. Lambda keeps two on an idle queue, and five where a maximum concurrency is set.
 *   Source: AWS Lambda developer guide, "Configuring scaling behavior for SQS event source mappings".
 * - Dead letters are looked for every fifth minute while there are none.
 * - SNS asks for a key every five minutes, twice per encrypted topic and publisher; functions decrypt as often: two
 *   parameters of `notification`, one of `web-api`. Source: Amazon SNS developer guide, "Estimating AWS KMS costs".
 */
const POLL_S = 20;
const POLLERS = { messages: 2, notifications: 5, 'schedule-creation': 2, fires: 2 };
const DEAD_LETTERS = { queues: 5, everyMinutes: 5 };
const KEY_EVERY_MINUTES = 5;
const KEYS = { topics: 2 * 2, parameters: 3 };
const ALARMS = 10;
const METRICS = 10;

export interface BillOptions {
  /** Part of everything that is traced, 0 to 1. */
  sampled?: number;
}

/** What a month costs before anybody does anything. */
export const fixedBill = (
  { tick }: Pick<FlowUsage, 'tick'>,
  { sampled = SAMPLED }: BillOptions = {},
): Bill => {
  const pollers = Object.values(POLLERS).reduce((sum, count) => sum + count, 0);
  const ticks = MINUTES;
  const bills: Bill[] = [
    invoked(tick, ticks, DURATION_S.tick),
    {
      queueRequests:
        (pollers * SECONDS) / POLL_S + (MINUTES * DEAD_LETTERS.queues) / DEAD_LETTERS.everyMinutes,
      schedulerCalls: ticks,
      keyRequests: ((KEYS.topics + KEYS.parameters) * MINUTES) / KEY_EVERY_MINUTES,
      alarms: ALARMS,
      metrics: METRICS,
      traces: ticks * sampled,
    },
  ];
  return bills.reduce(plus, {});
};

/** What a month of this load costs beside it. */
export const usageBill = (
  { message, post, get, list }: Omit<FlowUsage, 'tick'>,
  { posts, apiCalls }: Load,
  { sampled = SAMPLED }: BillOptions = {},
): Bill => {
  const others = (apiCalls - posts) * DAYS;
  const lists = others / LIST_EVERY;
  const workers = difference(message, post);
  const bills: Bill[] = [
    invoked(post, posts * DAYS, DURATION_S.call),
    invoked(workers, posts * DAYS, DURATION_S.worker),
    invoked(get, others - lists, DURATION_S.call),
    invoked(list, lists, DURATION_S.call),
    invoked(AUTHORIZER, (apiCalls * DAYS) / AUTHORIZED_EVERY, DURATION_S.authorizer),
    logged(ACCESS_LOG_BYTES * apiCalls * DAYS),
    {
      apiCalls: apiCalls * DAYS,
      readUnits: FURTHER_READ_UNITS * posts * DAYS,
      traces: (apiCalls + workers.invocations * posts) * DAYS * sampled,
      storedGigabytes: (posts * STORED.days * STORED.allBytes) / GB,
      protectedGigabytes: (posts * STORED.days * STORED.rowBytes) / GB,
      sentGigabytes:
        (lists * ANSWER_BYTES.list + (apiCalls * DAYS - lists) * ANSWER_BYTES.one) / GB,
    },
  ];
  return bills.reduce(plus, {});
};

/** Keys are fetched free of charge, and only strangers are logged. */
const AUTHORIZER = { writeUnits: 0, readUnits: 0, publishes: 0, queueRequests: 0, logBytes: 0 };

const invoked = (
  usage: Omit<Usage, 'parameterReads' | 'invocations'> & Partial<Usage>,
  times: number,
  seconds: number,
): Bill => {
  const invocations = (usage.invocations ?? 1) * times;
  return {
    writeUnits: usage.writeUnits * times,
    readUnits: usage.readUnits * times,
    publishes: usage.publishes * times,
    queueRequests: usage.queueRequests * times,
    invocations,
    gigabyteSeconds: invocations * seconds * MEMORY_GB,
    ...logged(usage.logBytes * times + invocations * PLATFORM_LOG_BYTES),
  };
};

const logged = (bytes: number): Bill => ({
  logBytes: bytes,
  storedLogGigabytes: (bytes * LOG.storedPart * LOG.months) / GB,
});
