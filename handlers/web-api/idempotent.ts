import { type ApiResponse, invalidRequestError, type Operation } from './operation.ts';

const KEY = /^[\x20-\x7e]{1,128}$/;

/**
 * An operation that runs once per `Idempotency-Key`. A repeated request gets the stored response; only successful
 * responses are stored. The operation derives the ids of what it creates from `request.origin`.
 * @param name the scope of the keys. With another name, all keys are new.
 */
export const idempotent = (name: string, { run, ...accepts }: Operation): Operation => ({
  ...accepts,
  takesKey: true,
  run: async (request, deps) => {
    const { caller, idempotencyKey: key, log, query } = request;
    // A request with another query is another request, although the operation rejects the query.
    const body = query.size === 0 ? request.body : { query: `${query}`, body: request.body };
    if (key === undefined) return run(request, deps);
    if (!KEY.test(key)) {
      throw invalidRequestError('the headers are not valid', [
        { path: 'Idempotency-Key', problem: 'must be 1 to 128 printable ASCII characters' },
      ]);
    }
    let logged: ApiResponse['logged'];
    const { response, isReplayed } = await deps.runOnce<ApiResponse>(
      { caller, operation: name, key, body },
      async (origin) => {
        const { logged: fields, ...stored } = await run({ ...request, origin }, deps);
        logged = fields;
        return stored;
      },
      log,
    );
    if (!isReplayed) return { ...response, logged: logged ?? {} };
    const headers = { ...response.headers, 'Idempotency-Replayed': 'true' };
    return { ...response, headers, logged: { replayed: true } };
  },
});
