/** A price, and the part of a month that is always free. */
export interface Price {
  /** US dollars per `per`. */
  dollars: number;
  per: number;
  /** The always-free quantity of a month, without free offers that end after a year. */
  free: number;
  unit: string;
  source: string;
}

const MILLION = 1_000_000;
const GB = 1024 ** 3;

/**
 * List prices of AWS in us-east-1 in 2025, without taxes. Checked against copies of AWS's pages, except for: point-in-time
 * recovery, alarms, stored logs, and the free tiers of SNS and CloudWatch.
 */
export const PRICES = {
  writeUnits: {
    dollars: 0.625,
    per: MILLION,
    free: 0,
    unit: 'write request units, on demand',
    source: 'aws.amazon.com/dynamodb/pricing/on-demand',
  },
  readUnits: {
    dollars: 0.125,
    per: MILLION,
    free: 0,
    unit: 'read request units, on demand',
    source: 'aws.amazon.com/dynamodb/pricing/on-demand',
  },
  publishes: {
    dollars: 0.5,
    per: MILLION,
    free: MILLION,
    unit: 'publications of SNS; delivery to SQS is free',
    source: 'aws.amazon.com/sns/pricing',
  },
  queueRequests: {
    dollars: 0.4,
    per: MILLION,
    free: MILLION,
    unit: 'requests to SQS, standard queues, of up to 64 KB',
    source: 'aws.amazon.com/sqs/pricing',
  },
  apiCalls: {
    dollars: 1,
    per: MILLION,
    free: 0,
    unit: 'calls of an HTTP API; free in the first year only',
    source: 'aws.amazon.com/api-gateway/pricing',
  },
  invocations: {
    dollars: 0.2,
    per: MILLION,
    free: MILLION,
    unit: 'invocations of Lambda',
    source: 'aws.amazon.com/lambda/pricing',
  },
  gigabyteSeconds: {
    dollars: 0.0000133334,
    per: 1,
    free: 400_000,
    unit: 'GB-seconds of Lambda, arm64',
    source: 'aws.amazon.com/lambda/pricing',
  },
  logBytes: {
    dollars: 0.5,
    per: GB,
    free: 5 * GB,
    unit: 'bytes of logs taken in',
    source: 'aws.amazon.com/cloudwatch/pricing',
  },
  metrics: {
    dollars: 0.3,
    per: 1,
    free: 10,
    unit: 'custom metrics',
    source: 'aws.amazon.com/cloudwatch/pricing',
  },
  alarms: {
    dollars: 0.1,
    per: 1,
    free: 10,
    unit: 'alarm metrics of standard resolution',
    source: 'aws.amazon.com/cloudwatch/pricing',
  },
  schedulerCalls: {
    dollars: 1,
    per: MILLION,
    free: 14 * MILLION,
    unit: 'invocations by EventBridge Scheduler',
    source: 'aws.amazon.com/eventbridge/pricing',
  },
  keyRequests: {
    dollars: 0.03,
    per: 10_000,
    free: 20_000,
    unit: 'requests to KMS',
    source: 'aws.amazon.com/kms/pricing',
  },
  secrets: {
    dollars: 0.4,
    per: 1,
    free: 0,
    unit: 'secrets in Secrets Manager',
    source: 'aws.amazon.com/secrets-manager/pricing',
  },
  storedGigabytes: {
    dollars: 0.25,
    per: 1,
    free: 25,
    unit: 'GB stored in DynamoDB',
    source: 'aws.amazon.com/dynamodb/pricing/on-demand',
  },
  protectedGigabytes: {
    dollars: 0.2,
    per: 1,
    free: 0,
    unit: 'GB of tables with point-in-time recovery, without their indexes',
    source: 'aws.amazon.com/dynamodb/pricing/on-demand',
  },
  storedLogGigabytes: {
    dollars: 0.03,
    per: 1,
    free: 0,
    unit: 'GB of logs stored',
    source: 'aws.amazon.com/cloudwatch/pricing',
  },
  sentGigabytes: {
    dollars: 0.09,
    per: 1,
    free: 100,
    unit: 'GB sent to the internet',
    source: 'aws.amazon.com/ec2/pricing/on-demand',
  },
  traces: {
    dollars: 5,
    per: MILLION,
    free: 100_000,
    unit: 'traces recorded by X-Ray',
    source: 'aws.amazon.com/xray/pricing',
  },
} as const satisfies Record<string, Price>;

export type Priced = keyof typeof PRICES;
/** Quantities of one month. */
export type Bill = Partial<Record<Priced, number>>;

/** Dollars at list price, without the always-free tier. */
export const listDollars = (bill: Bill): number =>
  lines(bill).reduce((sum, [name, quantity]) => sum + priceOf(name, quantity), 0);

/** Dollars for an account that runs nothing else, with the always-free tier. */
export const dollars = (bill: Bill): number =>
  lines(bill).reduce(
    (sum, [name, quantity]) => sum + priceOf(name, Math.max(0, quantity - PRICES[name].free)),
    0,
  );

const lines = (bill: Bill) => Object.entries(bill) as [Priced, number][];

const priceOf = (name: Priced, quantity: number): number =>
  (quantity / PRICES[name].per) * PRICES[name].dollars;

/** The dollars of each line of a bill, with the always-free tier; the most expensive first. */
export const dollarLines = (bill: Bill): { name: Priced; quantity: number; dollars: number }[] =>
  lines(bill)
    .map(([name, quantity]) => ({ name, quantity, dollars: dollars({ [name]: quantity }) }))
    .toSorted((a, b) => b.dollars - a.dollars);

export const addBills = (a: Bill, b: Bill): Bill => {
  const sum: Bill = { ...a };
  for (const [name, quantity] of lines(b)) sum[name] = (sum[name] ?? 0) + quantity;
  return sum;
};
