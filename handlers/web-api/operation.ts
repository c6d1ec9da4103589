import * as z from 'zod/mini';
import type { Clock } from '#lib/clock.ts';
import type { Flags } from '#lib/config/flags.ts';
import type { MessageFilter, MessagePage, Position } from '#lib/data/message-lists.ts';
import { AppError, type Problem } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { Message } from '#lib/messages/message.ts';
import { problemsOf } from '#lib/problems.ts';
import type { HealthReport } from './deep-check.ts';

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
  checkDeeply: (log: Logger) => Promise<HealthReport>;
}

/** A request as an operation sees it: no transport, and the query parsed by the operation's own schema. */
export interface ApiRequest<Query = unknown> {
  /** Who calls, as `created_by` names them: `user:<name>`. Empty on a public route. */
  caller: string;
  params: Readonly<Record<string, string>>;
  query: Query;
  body: unknown;
  correlationId: string;
  log: Logger;
  /** Signs cursors; base64. `undefined` when it could not be read. */
  cursorKey: string | undefined;
  flags: Flags<'manual-messages'>;
}

export interface ApiAnswer {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** What the request's log line says beside the request. */
  logged?: Record<string, unknown>;
}

export interface Operation {
  query: z.ZodMiniType;
  /** @throws AppError `invalid` / `VALIDATION_ERROR` that names every unknown or malformed parameter. */
  run: (request: ApiRequest<URLSearchParams>, deps: ApiDeps) => Promise<ApiAnswer>;
}

/** Ties an operation to the schema of its query, so that neither can be had without the other. */
export const operation = <Query extends z.ZodMiniType>(
  query: Query,
  run: (request: ApiRequest<z.output<Query>>, deps: ApiDeps) => Promise<ApiAnswer>,
): Operation => ({
  query,
  run: async (request, deps) => run({ ...request, query: parseQuery(query, request.query) }, deps),
});

export const noQuery = z.strictObject({});

const parseQuery = <Query extends z.ZodMiniType>(
  schema: Query,
  given: URLSearchParams,
): z.output<Query> => {
  const names = [...given.keys()];
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  const parsed = z.safeParse(schema, Object.fromEntries(given));
  const problems: Problem[] = [
    ...repeated.map((path) => ({ path, problem: 'is given more than once' })),
    ...(parsed.success ? [] : problemsOf(parsed.error)),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new AppError('invalid', 'VALIDATION_ERROR', 'the query is not valid', {
      details: problems,
    });
  }
  return parsed.data;
};
