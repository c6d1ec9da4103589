import { retryAfterMs } from '#lib/http/retry-after.ts';
import { AppError } from '#lib/platform/errors.ts';
import { messageOf } from '#scripts/command.ts';
import { boundedFetch, boundedText } from './bounded-fetch.ts';
import type { HeldTokens } from './held-tokens.ts';
import {
  type ClientLine,
  failedError,
  parseAnswers,
  type RpcError,
  rpcErrorIn,
} from './rpc-message.ts';
import { transportHeaders } from './transport-headers.ts';

export interface PostLineDeps {
  address: URL;
  tokens: HeldTokens;
  now: () => number;
}

/** The longest answer that is read. A function of AWS can answer with six megabytes. */
export const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** A function runs for 30 s. Milliseconds. */
const TIMEOUT_MS = 60_000;

/**
 * Posts a line once, and once more with a new token after a 401.
 * @throws Error for a refusal, with the error of JSON-RPC as its cause; AppError `unavailable` when a retry can help
 */
export const postLine = async (
  { text, messages }: ClientLine,
  revision: string | undefined,
  { address, tokens, now }: PostLineDeps,
): Promise<Response> => {
  const send = async (token: string): Promise<Response> =>
    boundedFetch({ origin: address.origin, timeoutMs: TIMEOUT_MS })(address, {
      method: 'POST',
      headers: { ...transportHeaders(messages, revision), Authorization: `Bearer ${token}` },
      body: text,
    });
  const token = await tokens.current();
  const first = await send(token);
  if (first.status !== 401) return accepted(first, now());
  await first.body?.cancel();
  return accepted(await send(await tokens.renewed(token)), now());
};

/** The error of a request that got no answer. */
export const errorFor = (error: unknown): RpcError => {
  const cause = error instanceof Error ? rpcErrorIn(error.cause) : undefined;
  return cause ?? failedError(messageOf(error));
};

const REASONS: Readonly<Record<number, string>> = {
  401: 'the server refused the sign-in',
  403: 'your role does not allow this',
  404: 'there is no MCP server at this address',
  413: 'the message is too large for the server',
  429: 'too many calls; wait a minute',
};

const accepted = async (response: Response, nowMs: number): Promise<Response> => {
  const { ok, status, headers } = response;
  if (ok) return response;
  const reason =
    errorIn(await boundedText(response, MAX_ANSWER_BYTES)) ??
    failedError(REASONS[status] ?? `the server answered with the status ${status}`, status);
  const waitMs = retryAfterMs(headers.get('retry-after') ?? undefined, nowMs);
  const options = {
    cause: reason,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
  if (status === 503) throw new AppError('unavailable', 'HTTP_5XX', reason.message, options);
  if (status === 429 && waitMs !== undefined) {
    throw new AppError('unavailable', 'HTTP_429', reason.message, options);
  }
  throw new Error(reason.message, options);
};

const errorIn = (text: string): RpcError | undefined => {
  const [answer] = parseAnswers(text) ?? [];
  return rpcErrorIn((answer as { error?: unknown } | null | undefined)?.error);
};
