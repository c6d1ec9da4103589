/**
 * The shape of a variable. It is not a zod schema, because zod would make the authorizer's bundle too large.
 */
interface Shape<Value> {
  /** Returns `undefined` for a malformed text. */
  parse: (text: string) => Value | undefined;
  /** The value when the variable is not set. A variable without it must be set. */
  absent?: { value: Value };
}

type ValueOf<Of> = Of extends Shape<infer Value> ? Value : never;

const matching = (pattern: RegExp): Shape<string> => ({
  parse: (text) => (pattern.test(text) ? text : undefined),
});

const oneOf = <const Name extends string>(...names: Name[]): Shape<Name> => ({
  parse: (text) => names.find((name) => name === text),
});

const or = <Value>({ parse }: Shape<Value>, value: NoInfer<Value>): Shape<Value> => ({
  parse,
  absent: { value },
});

const optional = <Value>({ parse }: Shape<Value>): Shape<Value | undefined> => ({
  parse,
  absent: { value: undefined },
});

const integerFrom = (least: number): Shape<number> => ({
  parse: (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return Number.isSafeInteger(value) && value >= least ? value : undefined;
  },
});

/** A comma-separated list. An empty text is an empty list. */
const list = <Item>({ parse }: Shape<Item>): Shape<Item[]> => ({
  parse: (text) => {
    const items = text === '' ? [] : text.split(',').map(parse);
    return items.every((item) => item !== undefined) ? items : undefined;
  },
});

const text = matching(/^/);
const offUnlessOn = or(oneOf('on', 'off'), 'off');
const url = matching(/^https?:\/\/[^\s,]+$/);
const arnOf = (service: string) => matching(new RegExp(`^arn:aws[\\w-]*:${service}:`));
const table = matching(/^[\w.-]{3,255}$/);
const topic = arnOf('sns');

/**
 * Every environment variable of the product with its shape. Terraform sets the values. They are names and addresses; the
 * values that operators change are in SSM. A function does not start when a variable without a default is missing.
 */
const VARIABLES = {
  STAGE: or(oneOf('dev', 'stage', 'prod'), 'dev'),
  AWS_REGION: or(text, 'us-east-1'),
  LOG_LEVEL: or(oneOf('debug', 'info', 'warn', 'error'), 'info'),
  /** The commit that was built. It is in every log line and in the response of the health check. */
  VERSION: or(text, 'unknown'),
  /** Set by Lambda: the name of the function. */
  AWS_LAMBDA_FUNCTION_NAME: or(text, 'local'),
  /** Set by Lambda, and only there. */
  AWS_LAMBDA_INITIALIZATION_TYPE: optional(text),
  /** Set by Lambda: the folder of the function's package. */
  LAMBDA_TASK_ROOT: or(text, '.'),
  MESSAGES_TABLE: table,
  BREAKERS_TABLE: table,
  METRICS_TABLE: table,
  IDEMPOTENCY_TABLE: table,
  SCHEDULES_TABLE: table,
  WEB_ACTION_RESULTS_TABLE: table,
  EFFECTS_TABLE: table,
  APPROVALS_TABLE: table,
  /** The group of the schedules in EventBridge, the queue they send to, their role and their dead-letter queue. */
  SCHEDULE_GROUP_ARN: arnOf('scheduler'),
  FIRES_QUEUE_ARN: arnOf('sqs'),
  SCHEDULES_ROLE_ARN: arnOf('iam'),
  SCHEDULES_DLQ_ARN: arnOf('sqs'),
  /** The maximum number of active schedules. */
  MAX_ACTIVE_SCHEDULES: or(integerFrom(1), 100),
  /** The minimum time between two fires of a schedule. Minutes. */
  MIN_INTERVAL_MINUTES: or(integerFrom(1), 5),
  MESSAGES_TOPIC_ARN: topic,
  NOTIFICATIONS_TOPIC_ARN: topic,
  SCHEDULE_CREATION_TOPIC_ARN: topic,
  WEB_ACTIONS_TOPIC_ARN: topic,
  /** URLs of the queues that functions consume. */
  QUEUES: list(url),
  /** URLs of all dead-letter queues. */
  DEAD_LETTER_QUEUES: list(url),
  /** Retries of an outbound call after its first try. */
  HTTP_MAX_RETRIES: or(integerFrom(0), 3),
  /** The timeout of one try of an outbound call. Milliseconds. */
  HTTP_TIMEOUT_MS: or(integerFrom(1), 10_000),
  /** Origins that may use plain http and a private address: those of the local stack. Empty in AWS. */
  LOCAL_ORIGINS: or(list(url), []),
  /** Browser origins that may read responses of the API, exact. */
  ALLOWED_ORIGINS: or(list(url), []),
  /** The claim `iss` of the user pool's tokens, exact. */
  USER_POOL_ISSUER: url,
  /** The client of the user pool whose tokens are accepted. */
  USER_POOL_CLIENT_ID: matching(/^[\w+-]{1,128}$/),
  /** The address of the user pool's key set. */
  JWKS_URL: url,
  /** The base address of the sign-in pages, without a slash at its end. */
  LOGIN_URL: url,
  /** The address of the platform itself, without a slash at its end: its API, its pages, its links. */
  PUBLIC_URL: matching(/^(https:\/\/[a-z0-9.-]+|http:\/\/localhost)(:\d{1,5})?$/),
  /** Exact addresses to which a sign-in may return, in addition to that of the platform. */
  REDIRECT_URIS: list(url),
  /** How long a tool call of an assistant waits for its message. Seconds. */
  MCP_MAX_WAIT_SECONDS: integerFrom(1),
  /** `on` serves the page that shows the parts of the dashboard. Only the local stack has it. */
  STYLEGUIDE: offUnlessOn,
  /** `on` lets the sweeper report the stage's alarms as pushes. */
  WATCH_ALARMS: offUnlessOn,
  /** `on` adds the detailed dimensions to the metrics. */
  DETAILED_METRICS: offUnlessOn,
};

export type EnvName = keyof typeof VARIABLES;
export type Stage = ValueOf<typeof VARIABLES.STAGE>;

const read = new Set<EnvName>();

/**
 * The parsed value of an environment variable. Call it while a module loads, so that missing configuration stops a
 * function in INIT. INIT also loads the modules that an entry imports dynamically: `warm` of `warm.ts`.
 * @throws Error that names the variable when it is missing or malformed
 */
export const env = <Name extends EnvName>(name: Name): ValueOf<(typeof VARIABLES)[Name]> => {
  read.add(name);
  const { parse, absent }: Shape<unknown> = VARIABLES[name];
  const given = process.env[name];
  const value = given === undefined ? absent?.value : parse(given);
  if (value === undefined && (given !== undefined || absent === undefined)) {
    throw new Error(
      `environment variable ${name} is ${given === undefined ? 'missing' : 'malformed'}`,
    );
  }
  return value as ValueOf<(typeof VARIABLES)[Name]>;
};

/**
 * The id of the X-Ray trace of this invocation: `1-67891233-abcdef012345678912345678`. Lambda sets the variable again for
 * each invocation, so it is not one of `VARIABLES`. `undefined` without tracing.
 */
export const traceId = (): string | undefined =>
  /(?:^|;)Root=(1-[\da-f]{8}-[\da-f]{24})(?:;|$)/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1];

/** The trace of this invocation, and where its parts are sent. */
export interface SampledTrace {
  trace_id: string;
  /** The segment of the function. */
  parent_id: string;
  /** The X-Ray daemon beside the function. */
  daemon: { host: string; port: number };
}

/** `undefined` without tracing, and when this invocation is not sampled. */
export const sampledTrace = (): SampledTrace | undefined => {
  const trace_id = traceId();
  const header = process.env._X_AMZN_TRACE_ID ?? '';
  const parent_id = /(?:^|;)Parent=([\da-f]{16})(?:;|$)/.exec(header)?.[1];
  const [, host, port] =
    /^([\w.-]+):(\d{1,5})$/.exec(process.env.AWS_XRAY_DAEMON_ADDRESS ?? '') ?? [];
  if (!/(?:^|;)Sampled=1(?:;|$)/.test(header)) return undefined;
  if (trace_id === undefined || parent_id === undefined || host === undefined) return undefined;
  return { trace_id, parent_id, daemon: { host, port: Number(port) } };
};

/** The variables that were read so far. Terraform sets these for the function, and no others. */
export const envNamesRead = (): ReadonlySet<EnvName> => read;

/** Every variable that must be set, with its shape. Tests derive an environment from it. */
export const requiredVariables = (): { name: EnvName; accepts: (text: string) => boolean }[] =>
  Object.entries(VARIABLES as Record<string, Shape<unknown>>)
    .filter(([, { absent }]) => absent === undefined)
    .map(([name, { parse }]) => ({
      name: name as EnvName,
      accepts: (text) => parse(text) !== undefined,
    }));

export const stage: Stage = env('STAGE');
export const isDevelopment = stage === 'dev';
export const isStaging = stage === 'stage';
export const isProduction = stage === 'prod';
