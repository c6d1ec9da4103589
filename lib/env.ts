import * as z from 'zod/mini';

const url = z.string().check(z.regex(/^https?:\/\//));
const arn = z.string().check(z.regex(/^arn:aws[\w-]*:sns:/));
const table = z.string().check(z.regex(/^[\w.-]{3,255}$/));
const count = z.coerce.number().check(z.int(), z.nonnegative());

/**
 * Every environment variable of the product, and its shape. Names and ARNs only: what operators change lives in SSM.
 * A variable with a default may be left out; any other stops the function that reads it.
 */
const VARIABLES = {
  STAGE: z._default(z.enum(['dev', 'stage', 'prod']), 'dev'),
  AWS_REGION: z._default(z.string(), 'us-east-1'),
  LOG_LEVEL: z._default(z.enum(['debug', 'info', 'warn', 'error']), 'info'),
  /** Commit that was built; in every log line and in the answer of the health check. */
  VERSION: z._default(z.string(), 'unknown'),
  /** Set by Lambda; the name of the function. */
  AWS_LAMBDA_FUNCTION_NAME: z._default(z.string(), 'local'),
  /** Set by Lambda, and by nobody else: this process is a function that starts or has started. */
  AWS_LAMBDA_INITIALIZATION_TYPE: z.optional(z.string()),
  MESSAGES_TABLE: table,
  BREAKERS_TABLE: table,
  METRICS_TABLE: table,
  IDEMPOTENCY_TABLE: table,
  MESSAGES_TOPIC_ARN: arn,
  NOTIFICATIONS_TOPIC_ARN: arn,
  /** Dead-letter queues to count, as a JSON list of queue URLs. */
  DEAD_LETTER_QUEUES: z.pipe(z.pipe(z.string(), z.transform(parseJson)), z.array(url)),
  /** Retries of an outbound call after its first try. */
  HTTP_MAX_RETRIES: z._default(count, 3),
  /** Time for one try of an outbound call. Milliseconds. */
  HTTP_TIMEOUT_MS: z._default(count.check(z.positive()), 10_000),
  /** Origins that may be plain http and at a private address, comma-separated: the local stack's. Empty in AWS. */
  LOCAL_ORIGINS: z._default(z.string(), ''),
  /** Browser origins that may read answers of the API, comma-separated; exact. */
  ALLOWED_ORIGINS: z._default(z.string(), ''),
  /** `on` adds the detailed dimensions to the metrics. */
  DETAILED_METRICS: z._default(z.enum(['on', 'off']), 'off'),
  /** `open` accepts callers without identity as `user:local`: the local root only. `iam` expects the gateway's principal. */
  API_AUTH: z._default(z.enum(['iam', 'open']), 'iam'),
};

export type EnvName = keyof typeof VARIABLES;
export type Stage = z.output<typeof VARIABLES.STAGE>;

const read = new Set<EnvName>();

/**
 * The value of an environment variable, parsed. Call it while a module loads, so that a function with a hole in its
 * configuration stops at cold start and says which.
 * @throws Error that names the variable when it is missing or malformed.
 */
export const env = <Name extends EnvName>(name: Name): z.output<(typeof VARIABLES)[Name]> => {
  read.add(name);
  const parsed = z.safeParse(VARIABLES[name], process.env[name]);
  if (!parsed.success) {
    const state = process.env[name] === undefined ? 'missing' : 'malformed';
    throw new Error(`environment variable ${name} is ${state}`);
  }
  return parsed.data as z.output<(typeof VARIABLES)[Name]>;
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
