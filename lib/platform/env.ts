/**
 * The shape of a variable. Not a schema of zod: the authorizer reads its environment too, and its whole bundle has to
 * stay below what zod and these few patterns would take together.
 */
interface Shape<Value> {
  /** `undefined` for a text that is malformed. */
  parse: (text: string) => Value | undefined;
  /** What holds when nobody sets the variable; a shape without it must be set. */
  absent?: { value: Value };
}

type Value<Of> = Of extends Shape<infer Parsed> ? Parsed : never;

const matching = (pattern: RegExp): Shape<string> => ({
  parse: (value) => (pattern.test(value) ? value : undefined),
});

const oneOf = <const Name extends string>(...names: Name[]): Shape<Name> => ({
  parse: (value) => names.find((name) => name === value),
});

const or = <Parsed>({ parse }: Shape<Parsed>, value: NoInfer<Parsed>): Shape<Parsed> => ({
  parse,
  absent: { value },
});

const optional = <Parsed>({ parse }: Shape<Parsed>): Shape<Parsed | undefined> => ({
  parse,
  absent: { value: undefined },
});

const countFrom = (least: number): Shape<number> => ({
  parse: (value) => {
    const count = value.trim() === '' ? Number.NaN : Number(value);
    return Number.isSafeInteger(count) && count >= least ? count : undefined;
  },
});

const text = matching(/^/);
const url = matching(/^https?:\/\//);
const arn = matching(/^arn:aws[\w-]*:sns:/);
const arnOf = (service: string) => matching(new RegExp(`^arn:aws[\\w-]*:${service}:`));
const table = matching(/^[\w.-]{3,255}$/);

const urls: Shape<string[]> = {
  parse: (value) => {
    const list = parseJson(value);
    const isList = Array.isArray(list) && list.every((one) => url.parse(String(one)) === one);
    return isList ? list : undefined;
  },
};

/**
 * Every environment variable of the product, and its shape. Names and ARNs only: what operators change lives in SSM.
 * A variable with a default may be left out; any other stops the function that reads it.
 */
const VARIABLES = {
  STAGE: or(oneOf('dev', 'stage', 'prod'), 'dev'),
  AWS_REGION: or(text, 'us-east-1'),
  LOG_LEVEL: or(oneOf('debug', 'info', 'warn', 'error'), 'info'),
  /** Commit that was built; in every log line and in the answer of the health check. */
  VERSION: or(text, 'unknown'),
  /** Set by Lambda; the name of the function. */
  AWS_LAMBDA_FUNCTION_NAME: or(text, 'local'),
  /** Set by Lambda, and by nobody else: this process is a function that starts or has started. */
  AWS_LAMBDA_INITIALIZATION_TYPE: optional(text),
  MESSAGES_TABLE: table,
  BREAKERS_TABLE: table,
  METRICS_TABLE: table,
  IDEMPOTENCY_TABLE: table,
  SCHEDULES_TABLE: table,
  /** Where run-time schedules stand, what they send to, the role they do it with, and where the undelivered goes. */
  SCHEDULE_GROUP_ARN: arnOf('scheduler'),
  FIRES_QUEUE_ARN: arnOf('sqs'),
  SCHEDULES_ROLE_ARN: arnOf('iam'),
  SCHEDULES_DLQ_ARN: arnOf('sqs'),
  /** Active schedules at the most. */
  MAX_ACTIVE_SCHEDULES: or(countFrom(1), 100),
  /** What two fires of a schedule are apart at least. Minutes. */
  MIN_INTERVAL_MINUTES: or(countFrom(1), 5),
  MESSAGES_TOPIC_ARN: arn,
  NOTIFICATIONS_TOPIC_ARN: arn,
  SCHEDULE_CREATION_TOPIC_ARN: arn,
  /** Dead-letter queues to count, as a JSON list of queue URLs. */
  DEAD_LETTER_QUEUES: urls,
  /** Retries of an outbound call after its first try. */
  HTTP_MAX_RETRIES: or(countFrom(0), 3),
  /** Time for one try of an outbound call. Milliseconds. */
  HTTP_TIMEOUT_MS: or(countFrom(1), 10_000),
  /** Origins that may be plain http and at a private address, comma-separated: the local stack's. Empty in AWS. */
  LOCAL_ORIGINS: or(text, ''),
  /** Browser origins that may read answers of the API, comma-separated; exact. */
  ALLOWED_ORIGINS: or(text, ''),
  /** Who issues the tokens of callers: `iss`, exactly. */
  USER_POOL_ISSUER: url,
  /** Client of the user pool whose tokens are taken. */
  USER_POOL_CLIENT_ID: matching(/^[\w+-]{1,128}$/),
  /** Where the user pool publishes the keys that verify its tokens. */
  JWKS_URL: url,
  /** Base address of the sign-in pages, without a slash at its end. */
  LOGIN_URL: url,
  /** Where people may come back to after signing in, comma-separated; exact. */
  REDIRECT_URIS: text,
  /** `on` adds the detailed dimensions to the metrics. */
  DETAILED_METRICS: or(oneOf('on', 'off'), 'off'),
};

export type EnvName = keyof typeof VARIABLES;
export type Stage = Value<typeof VARIABLES.STAGE>;

const read = new Set<EnvName>();

/**
 * The value of an environment variable, parsed. Call it while a module loads, so that a function with a hole in its
 * configuration stops at cold start and says which. For what is loaded later, the entry calls `requireEnv`.
 * @throws Error that names the variable when it is missing or malformed.
 */
export const env = <Name extends EnvName>(name: Name): Value<(typeof VARIABLES)[Name]> => {
  read.add(name);
  const { parse, absent }: Shape<unknown> = VARIABLES[name];
  const given = process.env[name];
  const value = given === undefined ? absent?.value : parse(given);
  if (value === undefined && (given !== undefined || absent === undefined)) {
    throw new Error(
      `environment variable ${name} is ${given === undefined ? 'missing' : 'malformed'}`,
    );
  }
  return value as Value<(typeof VARIABLES)[Name]>;
};

/** Variables that parts of a function read when they are loaded: a hole stops the start, too. @throws as `env` */
export const requireEnv = (...names: readonly EnvName[]): void => {
  for (const name of names) env(name);
};

/** Which variables have been read so far: what Terraform has to set, and nothing else. */
export const envNamesRead = (): ReadonlySet<EnvName> => read;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const stage: Stage = env('STAGE');
export const isDevelopment = stage === 'dev';
export const isStaging = stage === 'stage';
export const isProduction = stage === 'prod';
