import * as z from 'zod/mini';
import type { Flags } from '#lib/config/flags.ts';
import type { StoredParameter } from '#lib/config/ssm.ts';
import type { MessageFilter, MessagePage, Position } from '#lib/data/messages/message-lists.ts';
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
import type { HealthReport } from './health/deep-check.ts';
import type { MetricsReport, MetricsRequest } from './metrics/metrics-report.ts';
import type { ScheduleLife } from './schedules/life.ts';

/** A document that everybody may read and keep. */
export interface PublicDocument {
  text: string;
  /** Strong: another text has another one. */
  etag: string;
  headers: Readonly<Record<string, string>>;
}

/** The contract for programs and for people. */
export interface PublishedContract {
  json: PublicDocument;
  page: PublicDocument;
}

/** What operations need from the world; `index.ts` passes the real ones, tests pass fakes. */
export interface ApiDeps {
  clock: Clock;
  /** @throws AppError `unavailable` when the row could not be put. */
  produce: (message: Message, log: Logger) => Promise<Message>;
  find: (id: string) => Promise<Message | undefined>;
  list: (
    filter: MessageFilter,
    options: { limit: number; after: Position | undefined },
  ) => Promise<MessagePage>;
  /** A message and everything of its run; `isCut` when something was left out. */
  findRun: (message: Message) => Promise<{ members: [RunMember, ...RunMember[]]; isCut: boolean }>;
  /** @throws AppError `not-found` / `MESSAGE_NOT_FOUND`; `conflict` / `NOT_FAILED` */
  redrive: (id: string, why: { by: string; reason: string }, log: Logger) => Promise<Message>;
  /** @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` */
  readParameters: (names: readonly string[]) => Promise<ReadonlyMap<string, StoredParameter>>;
  checkDeeply: (log: Logger) => Promise<HealthReport>;
  /** @throws AppError `unavailable` when the store fails and there is no last good report. */
  readMetrics: (request: MetricsRequest, log: Logger) => Promise<MetricsReport>;
  contract: () => Promise<PublishedContract>;
  /** The user pool's side of signing in. */
  signIn: () => Promise<SignIn>;
  /** Where people may come back to after signing in, exact. */
  redirectUris: readonly string[];
  /** What schedules are made and changed with; loaded with the first request that needs it. */
  schedules: () => Promise<ScheduleLife>;
  /** Runs a request once for its key. @throws as `lib/idempotency/once.ts` says */
  once: <Answer>(
    request: KeyedRequest,
    run: (origin: KeyedOrigin) => Promise<Answer>,
    log: Logger,
  ) => Promise<{ answer: Answer; isReplayed: boolean }>;
}

/** A request as an operation sees it: no transport; query and body parsed by the operation's own schemas. */
export interface ApiRequest<Query = unknown, Body = unknown> {
  /** Who calls, as `created_by` names them: `user:<name>`. Empty on a public route. */
  caller: string;
  /** Who calls; `undefined` on a public route. */
  identity?: Identity | undefined;
  /** The access token that said so. */
  accessToken?: string | undefined;
  params: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
  correlationId: string;
  log: Logger;
  /** Signs cursors; base64. `undefined` when it could not be read. */
  cursorKey: string | undefined;
  flags: Flags<'manual-messages'>;
  /** What the browser's cookie holds, where a page of ours sent it. */
  refreshToken: string | undefined;
  /** The header `Idempotency-Key` as it was sent. */
  idempotencyKey?: string | undefined;
  /** The headers `If-Match` and `If-None-Match` as they were sent. */
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  /** What everything new is named after; only of an idempotent operation that was sent with a key. */
  origin?: KeyedOrigin | undefined;
}

export interface ApiAnswer {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, instead; the headers say what it is when it is not JSON. */
  text?: string;
  headers?: Record<string, string>;
  /** The browser is to keep it in its cookie; `null` is to forget it. */
  refreshToken?: string | null;
  /** What the request's log line says beside the request. */
  logged?: Record<string, unknown>;
}

/** What an operation accepts; the contract is generated from the same schemas. */
export interface Accepts<Query extends z.ZodMiniType, Body extends z.ZodMiniType> {
  /** Absent: any parameter is refused. */
  query?: Query;
  /** Absent: the operation takes no body. */
  body?: Body;
  /** Whether the body may be left out; the schema has to take `undefined` then. */
  isBodyOptional?: boolean;
}

export interface Operation {
  query: z.ZodMiniType;
  body: z.ZodMiniType | undefined;
  isBodyOptional: boolean;
  /** Whether it reads the header `Idempotency-Key`; see `idempotent`. */
  takesKey?: boolean;
  /** @throws AppError `invalid` / `VALIDATION_ERROR` that names everything unknown or malformed. */
  run: (request: ApiRequest<URLSearchParams>, deps: ApiDeps) => Promise<ApiAnswer>;
}

interface Loads {
  operation: () => Promise<Operation>;
}

const loaded = new Map<Loads, Operation>();

/** The operation of a route, loaded if need be; an import that has happened still costs as much as the rest of the pipeline. */
export const operationOf = async (route: Loads): Promise<Operation> => {
  const known = loaded.get(route);
  if (known !== undefined) return known;
  const operation = await route.operation();
  loaded.set(route, operation);
  return operation;
};

const noQuery = z.strictObject({});

/** Ties an operation to the schemas of what it takes, so that neither can be had without the other. */
export const operation = <
  Query extends z.ZodMiniType = typeof noQuery,
  Body extends z.ZodMiniType = z.ZodMiniUndefined,
>(
  { query, body, isBodyOptional = false }: Accepts<Query, Body>,
  run: (request: ApiRequest<z.output<Query>, z.output<Body>>, deps: ApiDeps) => Promise<ApiAnswer>,
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

/** What a caller got wrong, each with its path. */
export const invalidRequest = (message: string, details: readonly Problem[]): AppError =>
  new AppError('invalid', 'VALIDATION_ERROR', message, { details });
