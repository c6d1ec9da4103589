/** A request that creates something, and the key with which it creates it at most once. */
export interface SendAttempt {
  /** The request as text: what is sent, and where. */
  content: string;
  /** The `Idempotency-Key`. */
  key: string;
}

/** How many attempts a form remembers. */
const MAX_ATTEMPTS = 10;

/**
 * The attempt that sends a request. The same request keeps its key, so that a second click, and a retry after a response
 * that never came, create nothing twice, also when another request was sent in between.
 * @param before the last attempts with this form; without those of the request to create another one
 */
export const attemptOf = (
  request: unknown,
  before: readonly SendAttempt[],
  newKey: () => string,
): SendAttempt => {
  const content = JSON.stringify(request);
  return before.find((one) => one.content === content) ?? { content, key: newKey() };
};

/** The attempts with a new one, which replaces that of the same request. */
export const withAttempt = (before: readonly SendAttempt[], attempt: SendAttempt): SendAttempt[] =>
  [attempt, ...before.filter(({ content }) => content !== attempt.content)].slice(0, MAX_ATTEMPTS);
