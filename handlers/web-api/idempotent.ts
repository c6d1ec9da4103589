import type { ActionOperation } from '#lib/actions/operation.ts';
import type { KeyedOrigin } from '#lib/idempotency/run-once.ts';
import {
  type ApiDeps,
  type ApiRequest,
  type ApiResponse,
  invalidRequestError,
  type Operation,
} from './operation.ts';

const REQUIRED =
  'is required, because this action cannot be undone: send a new key for a new action, and the same key again when you repeat a request';
const KEY = /^[\x20-\x7e]{1,128}$/;

/**
 * An operation that runs once per `Idempotency-Key`. A repeated request gets the stored response; only successful
 * responses are stored. The operation derives the ids of what it creates from `request.origin`.
 * @param name the scope of the keys. With another name, all keys are new.
 */
export const idempotent = (name: string, { run, ...accepts }: Operation): Operation => ({
  ...accepts,
  takesKey: true,
  run: (request, deps) => {
    const { body, query } = request;
    // A request with another query is another request, although the operation rejects the query.
    const content = query.size === 0 ? body : { query: `${query}`, body };
    return respondOnce(name, content, request, deps, (origin) => run({ ...request, origin }, deps));
  },
});

/**
 * The response of `run`, or the stored response of an earlier request with the same `Idempotency-Key`. Without a key, it
 * always runs.
 * @param name the scope of the keys
 * @param content what must be the same for the same key
 * @throws AppError `invalid` / `VALIDATION_ERROR` for a malformed key; as `run`, and as `runOnce`
 */
export const respondOnce = async (
  name: string,
  content: unknown,
  { caller, idempotencyKey: key, log }: Pick<ApiRequest, 'caller' | 'idempotencyKey' | 'log'>,
  { runOnce }: Pick<ApiDeps, 'runOnce'>,
  run: (origin?: KeyedOrigin) => Promise<ApiResponse>,
): Promise<ApiResponse> => {
  if (key === undefined) return run();
  if (!KEY.test(key)) {
    throw invalidRequestError('the headers are not valid', [
      { path: 'Idempotency-Key', problem: 'must be 1 to 128 printable ASCII characters' },
    ]);
  }
  let logged: ApiResponse['logged'];
  const { response, isReplayed } = await runOnce<ApiResponse>(
    { caller, operation: name, key, body: content },
    async (origin) => {
      const { logged: fields, ...stored } = await run(origin);
      logged = fields;
      return stored;
    },
    log,
  );
  if (!isReplayed) return { ...response, logged: logged ?? {} };
  const headers = { ...response.headers, 'Idempotency-Replayed': 'true' };
  return { ...response, headers, logged: { replayed: true } };
};

/**
 * Requires an `Idempotency-Key` of a request for an action that cannot be undone, so that a repeated request does nothing
 * twice. A dry run requires it too: the same client sends the action itself next.
 * @throws AppError `invalid` / `VALIDATION_ERROR`
 */
export const requireKeyFor = (
  { effect }: Pick<ActionOperation, 'effect'>,
  { idempotencyKey }: Pick<ApiRequest, 'idempotencyKey'>,
): void => {
  if (effect !== 'irreversible' || idempotencyKey !== undefined) return;
  throw invalidRequestError('the headers are not valid', [
    { path: 'Idempotency-Key', problem: REQUIRED },
  ]);
};
