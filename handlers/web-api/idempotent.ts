import { type ApiResponse, invalidRequest, type Operation } from './operation.ts';

const KEY = /^[\x20-\x7e]{1,128}$/;

/**
 * An operation that a caller may send again under the same `Idempotency-Key` and have done once. Only what succeeded is
 * answered again; what everything new is named after stands in `request.origin`.
 * @param name scope of the keys; changing it makes every key unknown
 */
export const idempotent = (name: string, { run, ...accepts }: Operation): Operation => ({
  ...accepts,
  takesKey: true,
  run: async (request, deps) => {
    const { caller, idempotencyKey: key, log, query } = request;
    // A query that the first try did not have makes it another request, whatever the operation says to it.
    const body = query.size === 0 ? request.body : { query: `${query}`, body: request.body };
    if (key === undefined) return run(request, deps);
    if (!KEY.test(key)) {
      throw invalidRequest('the headers are not valid', [
        { path: 'Idempotency-Key', problem: 'must be 1 to 128 printable ASCII characters' },
      ]);
    }
    let logged: ApiResponse['logged'];
    const { answer, isReplayed } = await deps.once<ApiResponse>(
      { caller, operation: name, key, body },
      async (origin) => {
        const { logged: said, ...kept } = await run({ ...request, origin }, deps);
        logged = said;
        return kept;
      },
      log,
    );
    if (!isReplayed) return { ...answer, logged: logged ?? {} };
    const headers = { ...answer.headers, 'Idempotency-Replayed': 'true' };
    return { ...answer, headers, logged: { replayed: true } };
  },
});
