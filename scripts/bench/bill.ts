import { difference, type FlowUsage, type Usage } from './operations.ts';
import { addBills, type Bill } from './prices.ts';

/** The load of one day. */
export interface Load {
  /** POSTs that create a message. Each message becomes a push, so a POST is two messages. */
  posts: number;
  /** API calls, with the POSTs. */
  apiCalls: number;
}

/** A POST creates a message, and the message becomes a push, which is a message too. */
const MESSAGES_PER_POST = 2;

/** The load of this many messages: half of them are POSTs, the others their pushes. */
export const loadOf = ({ messages, apiCalls }: { messages: number; apiCalls: number }): Load => ({
  posts: messages / MESSAGES_PER_POST,
  apiCalls,
});

const DAYS = 365 / 12;
const MINUTES = DAYS * 24 * 60;
const SECONDS = MINUTES * 60;
const GB = 1024 ** 3;

/** Assumption: of the calls that are not POSTs, one in this many is a tool call of an assistant. Its message is a POST. */
const TOOL_CALL_EVERY = 50;
/** Assumption: of the other calls, one in this many is a list of fifty. */
const LIST_EVERY = 10;
/** Assumption: one in this many calls invokes the authorizer, because the gateway caches a token for 5 minutes. */
const AUTHORIZED_EVERY = 10;
/** The part of requests and invocations that is traced: `sampling_percent` of the root `prod`. */
const SAMPLED = 0.05;

/**
 * Assumptions: the duration of an invocation, with its waits. Seconds. A tool call that reads takes as long as a call, and
 * one that waits for an action up to 25 s.
 */
const DURATION_S = { call: 0.05, toolCall: 5, authorizer: 0.02, worker: 0.25, tick: 0.2 };
const MEMORY_GB = 0.5;
/** The lines START, END and REPORT of an invocation, with the 26 bytes that CloudWatch adds to each line. */
const PLATFORM_LOG_BYTES = 430;
/** A line of the gateway's access log, with these 26 bytes. */
const ACCESS_LOG_BYTES = 290;
/** The stored part of a log byte, after compression, and how long it is stored. Source: the examples on CloudWatch's pricing page. */
const LOG = { storedPart: 0.15, months: 1 };
/** Responses, with their headers. Bytes. */
const ANSWER_BYTES = { one: 2_048, list: 65_536 };

/** A message and its push: the rows, and the rows with their index entries. Bytes. And how long they are kept. */
const STORED = { rowBytes: 2_248, allBytes: 4_096, days: 90 };
/**
 * Read units of a POST in addition to the counted ones: each push reads the breaker, because pushes are further apart
 * than its cache of 2 s, and the two recounts of the hour read both rows for half a unit each.
 */
const FURTHER_READ_UNITS = 1 + MESSAGES_PER_POST;

/**
 * The fixed cost: what runs without any load.
 *
 * - Pollers wait 20 s per receive. Lambda keeps two on an idle queue, and five where a maximum concurrency is set.
 *   Source: AWS Lambda developer guide, "Configuring scaling behavior for SQS event source mappings".
 * - Dead letters are counted every fifth minute while there are none.
 * - SNS requests a key every five minutes, twice per encrypted topic and publisher. Functions decrypt parameters as often:
 *   two of `notification`, one of `web-api`, one of `mcp`. Source: Amazon SNS developer guide, "Estimating AWS KMS costs".
 */
const POLL_S = 20;
const POLLERS = {
  messages: 2,
  notifications: 5,
  'schedule-creation': 2,
  fires: 2,
  'web-actions': 2,
};
const DEAD_LETTERS = { queues: 6, everyMinutes: 5 };
const KEY_EVERY_MINUTES = 5;
const KEYS = { topics: 2 * 2, parameters: 4 };
const ALARMS = 10;
const METRICS = 10;
/** The account of the golf courses. Each endpoint with credentials adds one. */
const SECRETS = 1;

export interface BillOptions {
  /** The part of everything that is traced, 0 to 1. */
  sampled?: number;
}

/** The quantities of a month without any load. */
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
      secrets: SECRETS,
      traces: ticks * sampled,
    },
  ];
  return bills.reduce(addBills, {});
};

/** The quantities of a month of this load, without the fixed ones. */
export const usageBill = (
  { message, post, get, list, toolCall }: Omit<FlowUsage, 'tick'>,
  { posts, apiCalls }: Load,
  { sampled = SAMPLED }: BillOptions = {},
): Bill => {
  const toolCalls = ((apiCalls - posts) / TOOL_CALL_EVERY) * DAYS;
  const others = (apiCalls - posts) * DAYS - toolCalls;
  const lists = others / LIST_EVERY;
  const workers = difference(message, post);
  const bills: Bill[] = [
    invoked(post, posts * DAYS, DURATION_S.call),
    invoked(workers, posts * DAYS, DURATION_S.worker),
    invoked(get, others - lists, DURATION_S.call),
    invoked(list, lists, DURATION_S.call),
    invoked(toolCall, toolCalls, DURATION_S.toolCall),
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
  return bills.reduce(addBills, {});
};

/** The authorizer uses no AWS service, and logs only refused tokens. */
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
