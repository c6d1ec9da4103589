/** A path that everybody can request, and the status that a working stage responds with. */
const EXPECTED: readonly (readonly [path: string, status: number])[] = [
  ['/api/health', 200],
  ['/', 200],
  ['/api/messages', 401],
  ['/.well-known/oauth-authorization-server', 200],
];
const TIMEOUT_MS = 10_000;

/** What a stage responds differently from a working one. Empty when it works. */
export const smokeProblems = async (
  address: string,
  request: typeof fetch = fetch,
): Promise<string[]> => {
  const results = await Promise.all(
    EXPECTED.map(async ([path, expected]) => {
      try {
        const response = await request(new URL(path, address), {
          ...{ redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) },
        });
        await response.body?.cancel();
        return response.status === expected
          ? []
          : [`${path} responds with ${response.status} instead of ${expected}`];
      } catch (error) {
        return [`${path} does not respond: ${(error as Error).message}`];
      }
    }),
  );
  return results.flat();
};
