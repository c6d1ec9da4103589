/** A request that creates something, and the key with which it creates it at most once. */
export interface SendAttempt {
  /** The request as text: what is sent, and where. */
  content: string;
  /** The `Idempotency-Key`. */
  key: string;
}

/**
 * The attempt that sends a request. The same request keeps its key, so that a second click, and a retry after a response
 * that never came, create nothing twice.
 * @param before the last attempt with this form; `undefined` to create another one
 */
export const attemptOf = (
  request: unknown,
  before: SendAttempt | undefined,
  newKey: () => string,
): SendAttempt => {
  const content = JSON.stringify(request);
  return before?.content === content ? before : { content, key: newKey() };
};
