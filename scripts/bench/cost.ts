import { exactly, type Part } from './bench.ts';
import type { Figure } from './gates.ts';
import { countOperations, difference, type FlowUsage, type Usage } from './operations.ts';
import { type Bill, dollars, listDollars, plus } from './prices.ts';

const DAYS = 365 / 12;
const MINUTES = DAYS * 24 * 60;
const SECONDS = MINUTES * 60;

/** The mix that the gates are for. Per day. */
export const LOAD = { messages: 1_000, apiCalls: 10_000 };
/** Of the calls that are no posts, one in this many is a list. */
const LIST_EVERY = 10;

/** What an invocation takes, waiting included. Seconds. An assumption: only ratios carry over from this machine. */
const DURATION_S = { call: 0.05, worker: 0.25, tick: 0.2 };
const MEMORY_GB = 0.5;
/** What Lambda itself logs about an invocation: START, END and REPORT. */
const PLATFORM_LOG_BYTES = 350;
/** A completed message and its child, with their entries in the indexes, and how long they are kept. */
const STORED_BYTES = 4_096;
const KEPT_DAYS = 90;

/**
 * Fixed: what runs when nothing happens.
 *
 * - Pollers wait 20 s per receive. Lambda keeps two on an idle queue, and five where a maximum concurrency is set.
 *   Source: AWS Lambda developer guide, "Configuring scaling behavior for SQS event source mappings".
 * - Dead letters are counted by every tick.
 * - SNS asks for a data key per encrypted topic every five minutes; functions decrypt their parameters as often.
 */
const POLL_S = 20;
const POLLERS = { messages: 2, notifications: 5, 'schedule-creation': 2, fires: 2 };
const DEAD_LETTER_QUEUES = 5;
const KEY_EVERY_MINUTES = 5;
const KEYS = { topics: 2, parameters: 3 };
const ALARMS = 10;
const METRICS = 10;

/** What a month costs before anybody does anything. */
export const fixedBill = ({ tick }: Pick<FlowUsage, 'tick'>): Bill => {
  const pollers = Object.values(POLLERS).reduce((sum, count) => sum + count, 0);
  const ticks = MINUTES;
  return {
    ...invoked(tick, ticks, DURATION_S.tick),
    queueRequests: (pollers * SECONDS) / POLL_S + ticks * DEAD_LETTER_QUEUES,
    schedulerCalls: ticks,
    keyRequests: ((KEYS.topics + KEYS.parameters) * MINUTES) / KEY_EVERY_MINUTES,
    alarms: ALARMS,
    metrics: METRICS,
  };
};

/** What a month of this load costs beside it. */
export const usageBill = (
  { message, post, get, list }: FlowUsage,
  { messages, apiCalls }: typeof LOAD,
): Bill => {
  const others = (apiCalls - messages) * DAYS;
  const workers = difference(message, post);
  const bills: Bill[] = [
    invoked(post, messages * DAYS, DURATION_S.call),
    invoked(workers, messages * DAYS, DURATION_S.worker),
    invoked(get, others * (1 - 1 / LIST_EVERY), DURATION_S.call),
    invoked(list, others / LIST_EVERY, DURATION_S.call),
    {
      apiCalls: apiCalls * DAYS,
      storedGigabytes: (messages * KEPT_DAYS * STORED_BYTES) / 1024 ** 3,
    },
  ];
  return bills.reduce(plus, {});
};

const invoked = (usage: Usage, times: number, seconds: number): Bill => ({
  writeUnits: usage.writeUnits * times,
  readUnits: usage.readUnits * times,
  publishes: usage.publishes * times,
  queueRequests: usage.queueRequests * times,
  invocations: usage.invocations * times,
  gigabyteSeconds: usage.invocations * times * seconds * MEMORY_GB,
  logBytes: (usage.logBytes + usage.invocations * PLATFORM_LOG_BYTES) * times,
});

/** What a message asks of AWS, and what that comes to in a month. */
export const cost: Part = async ({ progress }) => {
  progress('AWS operations and dollars');
  const flow = await countOperations();
  for (const step of flow.steps) console.log(`  ${step}`);
  const { message } = flow;
  const counted = (name: string, value: number): Figure => ({
    name: `${name} per delivered message`,
    unit: '',
    value: exactly(value),
  });
  return [
    counted('WRU', message.writeUnits),
    counted('RRU', message.readUnits),
    counted('publishes', message.publishes),
    counted('SQS requests', message.queueRequests),
    counted('bytes of log', message.logBytes),
    ...dollarFigures(flow, 1, 1.2),
    ...dollarFigures(flow, 10, 9),
  ];
};

const dollarFigures = (flow: FlowUsage, times: number, gate: number): Figure[] => {
  const load = { messages: LOAD.messages * times, apiCalls: LOAD.apiCalls * times };
  const fixed = fixedBill(flow);
  const all = plus(usageBill(flow, load), fixed);
  const at = `a month at ${load.messages} messages and ${load.apiCalls} calls a day`;
  const figure = (name: string, value: number, note: string, gated?: number): Figure => ({
    name,
    unit: '$',
    value: exactly(value),
    note,
    ...(gated === undefined ? {} : { gate: gated }),
  });
  return [
    figure(at, dollars(all), 'list prices, what is always free taken off', gate),
    figure('  of it fixed', dollars(fixed), 'idle polling, ticks, alarms, metrics'),
    figure('  of it usage', dollars(all) - dollars(fixed), 'the rest'),
    figure('  with nothing free', listDollars(all), `${listDollars(fixed).toFixed(2)} of it fixed`),
  ];
};
