import * as z from 'zod/mini';
import { shortened } from '#lib/platform/text.ts';
import { problemsError } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';

export interface ApiCall {
  /** The address of the platform. */
  apiUrl: string;
  token: string;
  /** With the query. */
  path: string;
  /** Sent as JSON by POST. Without it, the request is a GET. */
  body?: unknown;
  /** Repeats a POST safely: the API executes it once in 24 hours. */
  idempotencyKey?: string;
  /** Milliseconds. */
  timeoutMs?: number;
}

/** An error of the API, or of the front of the local platform. */
const ApiError = z.object({
  error: z.object({
    message: z.string(),
    details: z.optional(z.array(z.object({ path: z.string(), problem: z.string() }))),
  }),
});
/** An error of the gateway itself, such as a refused token. */
const GatewayError = z.object({ message: z.string() });

const MAX_QUOTED_CHARS = 200;

/**
 * Calls the API and parses what it returns.
 * @throws Error with the status and the reason, even when another program answers
 */
export const callApi = async <Body>(
  { apiUrl, token, path, body, idempotencyKey, timeoutMs = 60_000 }: ApiCall,
  schema: z.ZodMiniType<Body>,
): Promise<Body> => {
  const headers = {
    Authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
  };
  const response = await fetch(`${apiUrl}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (!response.ok) throw refusedError(response.status, text);
  const parsed = z.safeParse(schema, parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(line`${response.status}, but not an answer of the API: ${quoted(text)}`);
};

/** The reason that a refusal gives, in the form of the API, of the gateway, or in any other form. */
export const refusedError = (status: number, text: string): Error => {
  const json = parseJson(text);
  const ofApi = z.safeParse(ApiError, json).data?.error;
  if (ofApi !== undefined) return problemsError(`${status} ${ofApi.message}`, ofApi.details ?? []);
  const ofGateway = z.safeParse(GatewayError, json).data;
  return new Error(line`${status} ${ofGateway?.message ?? quoted(text)}`);
};

const quoted = (text: string) =>
  text.trim() === '' ? 'without a body' : shortened(text.trim(), MAX_QUOTED_CHARS);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
