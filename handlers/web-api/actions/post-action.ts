import * as z from 'zod/mini';
import { requireKeyFor, respondOnce } from '#handlers/web-api/idempotent.ts';
import { createMessage } from '#handlers/web-api/messages/create-message.ts';
import { shownMessage } from '#handlers/web-api/messages/read-messages.ts';
import {
  type ApiDeps,
  type ApiRequest,
  type ApiResponse,
  invalidRequestError,
  type Operation,
  operation,
} from '#handlers/web-api/operation.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { waitForEnd } from '#lib/engine/wait-for-end.ts';
import { SCHEMA_VERSION } from '#lib/messages/message.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { problemsOf } from '#lib/platform/problems.ts';

const MAX_WAIT_SECONDS = 25;
/** The time that a response needs before the function's own deadline. */
const RESPONSE_RESERVE_MS = 3 * SECOND_MS;

const RANGE = `must be 1 to ${MAX_WAIT_SECONDS}`;
const flag = z.optional(z.enum(['true', 'false'], 'must be true or false'));

const ActionQuery = z.strictObject({
  wait: z.optional(
    z.pipe(
      z.string().check(z.regex(/^\d{1,2}$/, RANGE)),
      z.pipe(
        z.transform(Number),
        z.number().check(z.minimum(1, RANGE), z.maximum(MAX_WAIT_SECONDS, RANGE)),
      ),
    ),
  ),
  dry_run: flag,
  notify: flag,
});

/** Creates the message of an operation, whose input is the body, and waits for its end if the caller wants that. */
export const postAction: Operation = {
  ...operation({ query: ActionQuery, body: z.unknown() }, async (request, deps) => {
    const { body, params, query, deadlineMs } = request;
    const untilMs = Math.min(
      deps.clock.now() + (query.wait ?? 0) * SECOND_MS,
      deadlineMs - RESPONSE_RESERVE_MS,
    );
    const found = await requireOperation(params, deps);
    requireKeyFor(found, request);
    const { action, operation: name } = found;
    const dry_run = query.dry_run === 'true';
    const notify = query.notify !== 'false';
    // A replay waits too. Therefore `wait` can differ between requests with the same key.
    const created = await respondOnce(
      'runAction',
      { action, operation: name, dry_run, notify, body },
      request,
      deps,
      (origin) =>
        createMessage(
          {
            message_type: 'web_action',
            payload: { version: SCHEMA_VERSION, action, ...requireInput(found, body) },
            arguments: {
              operation: name,
              ...(dry_run ? { dry_run } : {}),
              ...(notify ? {} : { notify }),
            },
          },
          { ...request, origin },
          deps,
        ).catch(throwWithPathsInBody),
    );
    return query.wait === undefined ? created : responseAtEnd(created, untilMs, request, deps);
  }),
  takesKey: true,
};

/** @throws AppError `not-found` / `UNKNOWN_ACTION` */
const requireOperation = async (
  { action = '', operation: name = '' }: ApiRequest['params'],
  { actions }: Pick<ApiDeps, 'actions'>,
): Promise<ActionOperation> => {
  const { findOperation } = await actions();
  const found = findOperation(action, name);
  if (found !== undefined) return found;
  throw new AppError(
    'not-found',
    'UNKNOWN_ACTION',
    'there is no such operation; GET /api/actions lists all',
  );
};

/** The input as it was sent. @throws AppError `invalid` / `VALIDATION_ERROR` with paths in the body */
const requireInput = ({ input }: ActionOperation, body: unknown): object => {
  const parsed = z.safeParse(input, body);
  if (parsed.success) return body as object;
  throw invalidRequestError('the input is not valid', problemsOf(parsed.error));
};

/** The body is the input, so a path in the payload of the message is a path in the body. @throws always */
const throwWithPathsInBody = (error: unknown): never => {
  if (!(error instanceof AppError) || error.code !== 'VALIDATION_ERROR') throw error;
  const details = error.details.map(({ path, problem }) => ({
    path: path.replace(/^payload\.?/, ''),
    problem,
  }));
  throw invalidRequestError('the input is not valid', details);
};

/** The response with the message as it is at the end of the wait: 200 if it is completed or failed, otherwise 202. */
const responseAtEnd = async (
  created: ApiResponse,
  untilMs: number,
  request: Pick<ApiRequest, 'log'>,
  deps: ApiDeps,
): Promise<ApiResponse> => {
  const { message_id } = created.body as { message_id: string };
  const { clock, find } = deps;
  const message = await waitForEnd(message_id, { untilMs }, { clock, find, log: request.log });
  return {
    ...created,
    status: message !== undefined && isTerminal(message.status) ? 200 : 202,
    body: message === undefined ? created.body : shownMessage(message),
  };
};
