import * as z from 'zod/mini';
import type { Flags } from '#lib/config/flags.ts';
import type { StoredParameter } from '#lib/config/ssm.ts';
import type { MessageFilter, MessagePage, Position } from '#lib/data/messages/message-lists.ts';
import type { findSchedulePage } from '#lib/data/schedules/schedule-lists.ts';
import type { KeyedOrigin, KeyedRequest } from '#lib/idempotency/once.ts';
import type { SignIn } from '#lib/identity/sign-in/sign-in.ts';
import type { Identity } from '#lib/identity/verify-token.ts';
import type { Message } from '#lib/messages/message.ts';
import type { RunMember } from '#lib/messages/run-tree.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { nameable } from '#lib/platform/json.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import type { ScheduleCommands } from '#lib/schedules/commands.ts';
import type { pastFires } from '#lib/schedules/fires/past-fires.ts';
import type { HealthReport } from './health/deep-check.ts';
import type { MetricsReport, MetricsRequest } from './metrics/metrics-report.ts';

/** A public document that caches may keep. */
export interface PublicDocument {
  text: string;
  /** A strong ETag: it changes with the text. */
  etag: string;
  headers: Readonly<Record<string, string>>;
}

/** The contract for programs and for people. */
export interface PublishedContract {
  json: PublicDocument;
  page: PublicDocument;
}

export interface ScheduleDeps extends ScheduleCommands {
  findSchedulePage: typeof findSchedulePage;
  pastFires: typeof pastFires;
}

/** The dependencies of operations. `deps.ts` builds the real ones; tests pass fakes. */
export interface ApiDeps {
  clock: Clock;
  /** @throws AppError `unavailable` when the row cannot be put. */
  produce: (message: Message, log: Logger) => Promise<Message>;
  find: (id: string) => Promise<Message | undefined>;
  list: (
    filter: MessageFilter,
    options: { limit: number; after: Position | undefined },
  ) => Promise<MessagePage>;
  /** All messages of a message's run; `isCut` when some were left out. */
  findRun: (message: Message) => Promise<{ members: [RunMember, ...RunMember[]]; isCut: boolean }>;
  /** @throws AppError `not-found` / `MESSAGE_NOT_FOUND`; `conflict` / `NOT_FAILED` */
  redrive: (id: string, why: { by: string; reason: string }, log: Logger) => Promise<Message>;
  /** @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` */
  readParameters: (names: readonly string[]) => Promise<ReadonlyMap<string, StoredParameter>>;
  checkDeeply: (log: Logger) => Promise<HealthReport>;
  /** @throws AppError `unavailable` when the store fails and no earlier report is cached. */
  readMetrics: (request: MetricsRequest, log: Logger) => Promise<MetricsReport>;
  contract: () => Promise<PublishedContract>;
  /** The sign-in at the user pool. */
  signIn: SignIn;
  /** The pages that a sign-in may return to, exact. */
  redirectUris: readonly string[];
  /** The functions that read and change schedules. */
  schedules: ScheduleDeps;
  /** Runs a request once per idempotency key. @throws as `lib/idempotency/once.ts` says */
  once: <Answer>(
    request: KeyedRequest,
    run: (origin: KeyedOrigin) => Promise<Answer>,
    log: Logger,
  ) => Promise<{ answer: Answer; isReplayed: boolean }>;
}

/** A request without its transport; query and body are parsed by the operation's own schemas. */
export interface ApiRequest<Query = unknown, Body = unknown> {
  /** The caller as in `created_by`: `user:<name>`. Empty on a public route. */
  caller: string;
  /** The caller; `undefined` on a public route. */
  identity?: Identity | undefined;
  /** The caller's access token. */
  accessToken?: string | undefined;
  params: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
  correlationId: string;
  log: Logger;
  /** The key that signs cursors, base64; `undefined` when it could not be read. */
  cursorKey: string | undefined;
  flags: Flags<'manual-messages'>;
  /** The refresh token of the cookie, if a page of ours sent the request. */
  refreshToken: string | undefined;
  /** The header `Idempotency-Key` as it was sent. */
  idempotencyKey?: string | undefined;
  /** The headers `If-Match` and `If-None-Match` as they were sent. */
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  /** The origin of derived ids; only for an idempotent operation that was called with a key. */
  origin?: KeyedOrigin | undefined;
}

export interface ApiResponse {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, instead of `body`; with another type than JSON the headers name it. */
  text?: string;
  headers?: Record<string, string>;
  /** Sets the refresh cookie; `null` clears it. */
  refreshToken?: string | null;
  /** Additional fields of the request's log line. */
  logged?: Record<string, unknown>;
}

/** The schemas of what an operation accepts; the contract is generated from them. */
export interface Accepts<Query extends z.ZodMiniType, Body extends z.ZodMiniType> {
  /** Without it, every parameter is refused. */
  query?: Query;
  /** Without it, the operation takes no body. */
  body?: Body;
  /** Whether the body may be left out; then the schema must accept `undefined`. */
  isBodyOptional?: boolean;
}

export interface Operation {
  query: z.ZodMiniType;
  body: z.ZodMiniType | undefined;
  isBodyOptional: boolean;
  /** Whether it reads the header `Idempotency-Key`; see `idempotent`. */
  takesKey?: boolean;
  /** @throws AppError `invalid` / `VALIDATION_ERROR` with every unknown or malformed part. */
  run: (request: ApiRequest<URLSearchParams>, deps: ApiDeps) => Promise<ApiResponse>;
}

const noQuery = z.strictObject({});

/** An operation with the schemas of what it accepts. It runs only with a query and a body that fit them. */
export const operation = <
  Query extends z.ZodMiniType = typeof noQuery,
  Body extends z.ZodMiniType = z.ZodMiniUndefined,
>(
  { query, body, isBodyOptional = false }: Accepts<Query, Body>,
  run: (
    request: ApiRequest<z.output<Query>, z.output<Body>>,
    deps: ApiDeps,
  ) => Promise<ApiResponse>,
): Operation => ({
  query: query ?? noQuery,
  body,
  isBodyOptional,
  run: async (request, deps) =>
    run(
      {
        ...request,
        query: parseQuery(query ?? noQuery, request.query) as z.output<Query>,
        body: (body && parseBody(body, request.body)) as z.output<Body>,
      },
      deps,
    ),
});

const parseQuery = (schema: z.ZodMiniType, given: URLSearchParams): unknown => {
  const names = [...given.keys()];
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  const parsed = z.safeParse(schema, Object.fromEntries(given));
  const problems: Problem[] = [
    ...repeated.map((name) => ({ path: nameable(name), problem: 'is given more than once' })),
    ...(parsed.success ? [] : problemsOf(parsed.error, '', 'parameter')),
  ];
  if (problems.length > 0) throw invalidRequest('the query is not valid', problems);
  return parsed.data;
};

const parseBody = (schema: z.ZodMiniType, given: unknown): unknown => {
  const parsed = z.safeParse(schema, given);
  if (!parsed.success) throw invalidRequest('the body is not valid', problemsOf(parsed.error));
  return parsed.data;
};

/** The error for a request with these problems. */
export const invalidRequest = (message: string, details: readonly Problem[]): AppError =>
  new AppError('invalid', 'VALIDATION_ERROR', message, { details });
