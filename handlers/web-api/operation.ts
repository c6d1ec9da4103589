import * as z from 'zod/mini';
import type { ActionConfiguration } from '#lib/actions/action.ts';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import type { PersonalDecision } from '#lib/approvals/decide-and-release.ts';
import type { Flags } from '#lib/config/flags.ts';
import type { StoredParameter, storeParameter } from '#lib/config/ssm.ts';
import type { MetricsReport, MetricsRequest } from '#lib/counters/metrics-report.ts';
import type { ActionResultPage } from '#lib/data/action-result-lists.ts';
import type { listApprovals } from '#lib/data/approvals/approval-lists.ts';
import type { listEffects } from '#lib/data/effects/effect-lists.ts';
import type { findEffect } from '#lib/data/effects/effects.ts';
import type { MessageFilter, MessagePage, Position } from '#lib/data/messages/message-lists.ts';
import type { findSchedulePage } from '#lib/data/schedules/schedule-lists.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { ResolveRequest } from '#lib/effects/resolve-effect.ts';
import type { KeyedOrigin, KeyedRequest } from '#lib/idempotency/run-once.ts';
import type { SignIn } from '#lib/identity/sign-in/sign-in.ts';
import type { Identity } from '#lib/identity/verify-token.ts';
import type { Message } from '#lib/messages/message.ts';
import type { RunMember } from '#lib/messages/run-tree.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { shortKey } from '#lib/platform/json.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { repeatedNames } from '#lib/platform/repeated-names.ts';
import type { ScheduleCommands } from '#lib/schedules/commands.ts';
import type { pastFires } from '#lib/schedules/fires/past-fires.ts';
import type { DescribedAction } from './actions/describe-actions.ts';
import type { HealthReport } from './health/deep-check.ts';
import type { SystemReport } from './system/system-report.ts';

/** A public document that can be cached. */
export interface PublicDocument {
  text: string;
  /** A strong ETag: another text has another ETag. */
  etag: string;
  headers: Readonly<Record<string, string>>;
}

/** The contract as JSON and as a page. */
export interface PublishedContract {
  json: PublicDocument;
  page: PublicDocument;
}

/** The functions that read and change schedules. */
export interface ScheduleDeps extends ScheduleCommands {
  findSchedulePage: typeof findSchedulePage;
  pastFires: typeof pastFires;
}

/** The functions that read and resolve effects. */
export interface EffectDeps {
  find: typeof findEffect;
  list: typeof listEffects;
  /** @throws AppError `not-found` / `EFFECT_NOT_FOUND`; `conflict` / `EFFECT_NOT_RESOLVABLE` */
  resolve: (effectId: string, resolution: ResolveRequest) => Promise<Effect>;
}

/** The functions that read and decide approvals. */
export interface ApprovalDeps {
  list: typeof listApprovals;
  find: (id: string) => Promise<Approval | undefined>;
  /** @throws AppError as `decideAndRelease` of `lib/approvals/decide-and-release.ts` */
  decide: (id: string, decision: PersonalDecision, log: Logger) => Promise<Approval>;
}

/** The dependencies of operations. `deps.ts` builds the real ones; tests pass fakes. */
export interface ApiDeps {
  clock: Clock;
  /** @throws AppError `unavailable` when the row cannot be put */
  produce: (message: Message, log: Logger) => Promise<Message>;
  find: (id: string) => Promise<Message | undefined>;
  list: (
    filter: MessageFilter,
    options: { limit: number; after: Position | undefined },
  ) => Promise<MessagePage>;
  /** The messages of a message's run. `isCut`: some are missing, because the run is too large. */
  findRun: (message: Message) => Promise<{ members: [RunMember, ...RunMember[]]; isCut: boolean }>;
  /** @throws AppError `not-found` / `MESSAGE_NOT_FOUND`; `conflict` / `NOT_FAILED` */
  redrive: (id: string, why: { by: string; reason: string }, log: Logger) => Promise<Message>;
  /** The catalogue of web actions. */
  actions: () => Promise<typeof import('#lib/actions/catalogue.ts')>;
  /**
   * What a web action can run: operations and configured endpoints.
   * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the endpoints were never read
   */
  describeActions: (log: Logger) => Promise<readonly DescribedAction[]>;
  /** The definition of a configured endpoint. @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` */
  findEndpoint: (name: string, log: Logger) => Promise<string | undefined>;
  /** The results of the runs of a web action. */
  listResults: (
    messageId: string,
    options: { limit: number; after: Position | undefined },
  ) => Promise<ActionResultPage>;
  /** @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` */
  readParameters: (names: readonly string[]) => Promise<ReadonlyMap<string, StoredParameter>>;
  storeParameter: typeof storeParameter;
  checkDeeply: (log: Logger) => Promise<HealthReport>;
  /** Reports parts that cannot be read. Never rejects. */
  readSystem: (log: Logger) => Promise<SystemReport>;
  /** @throws AppError `unavailable` when DynamoDB fails and no earlier report is cached */
  readMetrics: (request: MetricsRequest, log: Logger) => Promise<MetricsReport>;
  contract: () => Promise<PublishedContract>;
  signIn: SignIn;
  /** The pages to which a sign-in can return, exact. */
  redirectUris: readonly string[];
  schedules: ScheduleDeps;
  effects: EffectDeps;
  approvals: ApprovalDeps;
  /** Runs a request once per idempotency key. @throws as `runOnce` of `lib/idempotency/run-once.ts` */
  runOnce: <Result>(
    request: KeyedRequest,
    run: (origin: KeyedOrigin) => Promise<Result>,
    log: Logger,
  ) => Promise<{ response: Result; isReplayed: boolean }>;
}

/** A request, independent of the transport. The schemas of the operation parse its query and body. */
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
  /** When the function is stopped. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  log: Logger;
  /** The key that signs cursors, base64. `undefined`: it could not be read. */
  cursorKey: string | undefined;
  /** What operators set for web actions. `undefined`: it could not be read. */
  actionParameters: ActionConfiguration['parameters'] | undefined;
  flags: Flags<'manual-messages'>;
  /** The refresh token of the cookie, if a page of an allowed origin sent the request. */
  refreshToken: string | undefined;
  /** The header `Idempotency-Key` as it was sent. */
  idempotencyKey?: string | undefined;
  /** The headers `If-Match` and `If-None-Match` as they were sent. */
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  /** The origin of derived ids. Only in an idempotent operation, for a request with a key. */
  origin?: KeyedOrigin | undefined;
}

export interface ApiResponse {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent instead of `body`. If it is not JSON, `headers` contains its type. */
  text?: string;
  headers?: Record<string, string>;
  /** Sets the refresh cookie. `null` clears it. */
  refreshToken?: string | null;
  /** Additional fields of the request's log line. */
  logged?: Record<string, unknown>;
}

/** The schemas of an operation. The contract is generated from them. */
export interface Accepts<Query extends z.ZodMiniType, Body extends z.ZodMiniType> {
  /** Without it, every parameter is rejected. */
  query?: Query;
  /** Without it, the operation has no body. */
  body?: Body;
  /** Whether the body can be missing. Then its schema must accept `undefined`. */
  isBodyOptional?: boolean;
}

export interface Operation {
  query: z.ZodMiniType;
  body: z.ZodMiniType | undefined;
  isBodyOptional: boolean;
  /** Whether it uses the header `Idempotency-Key`: see `idempotent`. */
  takesKey?: boolean;
  /** @throws AppError `invalid` / `VALIDATION_ERROR` with every unknown or malformed part */
  run: (request: ApiRequest<URLSearchParams>, deps: ApiDeps) => Promise<ApiResponse>;
}

const noQuery = z.strictObject({});

/** An operation. `run` is only called with a query and a body that match the schemas. */
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

const parseQuery = (schema: z.ZodMiniType, query: URLSearchParams): unknown => {
  const parsed = z.safeParse(schema, Object.fromEntries(query));
  const problems: Problem[] = [
    ...repeatedNames(query).map((name) => ({
      path: shortKey(name),
      problem: 'is given more than once',
    })),
    ...(parsed.success ? [] : problemsOf(parsed.error, '', 'parameter')),
  ];
  if (problems.length > 0) throw invalidRequestError('the query is not valid', problems);
  return parsed.data;
};

const parseBody = (schema: z.ZodMiniType, body: unknown): unknown => {
  const parsed = z.safeParse(schema, body);
  if (!parsed.success) throw invalidRequestError('the body is not valid', problemsOf(parsed.error));
  return parsed.data;
};

/** The error for a request with these problems. */
export const invalidRequestError = (message: string, details: readonly Problem[]): AppError =>
  new AppError('invalid', 'VALIDATION_ERROR', message, { details });
