import { exactly, type Part } from './bench.ts';
import { fixedBill, type Load, loadOf, usageBill } from './bill.ts';
import { GATES } from './gates.ts';
import { countOperations, type FlowUsage } from './operations.ts';
import { addBills, type Bill, dollarLines, dollars, listDollars, PRICES } from './prices.ts';
import type { Figure } from './report.ts';

/** The loads of the gates, per day. */
export const LOADS = [
  { messages: 1_000, apiCalls: 10_000, gate: GATES.dollars.load },
  { messages: 10_000, apiCalls: 100_000, gate: GATES.dollars.tenfoldLoad },
] as const;

/** The AWS operations of a message, and the dollars of a month. */
export const cost: Part = async ({ progress }) => {
  progress('AWS operations and dollars');
  const flow = await countOperations();
  for (const step of flow.steps) console.log(`  ${step}`);
  console.log(
    '  dollars a month: fixed, and in total at the load of the gate and at ten times that load:',
  );
  const bills = LOADS.map((load) => billOf(flow, loadOf(load)));
  for (const line of billLines([fixedBill(flow), ...bills])) console.log(`  ${line}`);
  const { message } = flow;
  const counted = (name: string, value: number): Figure => ({
    name: `${name} per post and its push`,
    unit: '',
    value: exactly(value),
  });
  return [
    counted('WRU', message.writeUnits),
    counted('RRU', message.readUnits),
    counted('publishes', message.publishes),
    counted('SQS requests', message.queueRequests),
    counted('bytes of log', message.logBytes),
    ...LOADS.flatMap((load) => dollarFigures(flow, load)),
  ];
};

const billOf = (flow: FlowUsage, load: Load, options: Parameters<typeof fixedBill>[1] = {}): Bill =>
  addBills(usageBill(flow, load, options), fixedBill(flow, options));

/** The lines that come to a cent or more in one of the bills, in the order of the last bill. */
export const billLines = (bills: readonly Bill[]): string[] => {
  const columns = bills.map((bill) => new Map(dollarLines(bill).map((line) => [line.name, line])));
  return dollarLines(bills.at(-1) ?? {})
    .map(({ name }) => ({ name, cells: columns.map((lines) => lines.get(name)?.dollars ?? 0) }))
    .filter(({ cells }) => cells.some((cell) => cell >= 0.01))
    .map(({ name, cells }) =>
      [...cells.map((cell) => cell.toFixed(2).padStart(5)), PRICES[name].unit].join('  '),
    );
};

const dollarFigures = (
  flow: FlowUsage,
  { messages, apiCalls, gate }: (typeof LOADS)[number],
): Figure[] => {
  const load = loadOf({ messages, apiCalls });
  const all = billOf(flow, load);
  const fixed = fixedBill(flow);
  const keyed = { ...flow, message: plusKey(flow), post: flow.keyedPost };
  const figure = (name: string, value: number, note: string): Figure => ({
    name,
    unit: '$',
    value: exactly(value),
    note,
  });
  return [
    {
      ...figure(
        `a month at ${messages} messages and ${apiCalls} calls a day`,
        dollars(all),
        `${load.posts} posts and their ${load.posts} pushes; list prices without the always-free tier`,
      ),
      gate,
    },
    figure('  fixed cost', dollars(fixed), 'idle polling, ticks, keys, alarms, metrics'),
    figure('  usage', dollars(all) - dollars(fixed), 'the rest'),
    figure('  with nothing free', listDollars(all), `${listDollars(fixed).toFixed(2)} fixed`),
    figure(
      `  at ${messages} posts with a push each`,
      dollars(billOf(flow, { posts: messages, apiCalls })),
      `${2 * messages} messages and ${apiCalls} calls a day`,
    ),
    figure(
      '  with a key for every post',
      dollars(billOf(keyed, load)),
      'each post has an Idempotency-Key',
    ),
    figure(
      '  with every request traced',
      dollars(billOf(flow, load, { sampled: 1 })),
      'by X-Ray, instead of 5 percent',
    ),
  ];
};

const plusKey = ({ message, post, keyedPost }: FlowUsage) => ({
  ...message,
  writeUnits: message.writeUnits + keyedPost.writeUnits - post.writeUnits,
});
