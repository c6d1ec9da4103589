import { type ApiError, apiError, type ProblemDetail } from './api-error.ts';

const TIMEOUT_MS = 10_000;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Aborts the request, for example when the viewer leaves the page. */
  signal?: AbortSignal | undefined;
  /** The access token. Public operations need none. */
  token?: string | undefined;
  /** Whether the browser may use a response that it stored, as long as the response allows. */
  isCacheable?: boolean | undefined;
}

export interface Reply<Body> {
  status: number;
  headers: Headers;
  /** `undefined` without a body. */
  body: Body;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Sends one request to the API. It is the only place that calls `fetch`.
 * @throws ApiError; the abort of `signal` is an `AbortError`
 */
export const send = async <Body>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Reply<Body>> => {
  const { response, text } = await fetchText(method, path, options);
  return replyOf<Body>(response, text);
};

/** A response that breaks off fails like one that does not come. */
const fetchText = async (
  method: Method,
  path: string,
  { query, body, headers, signal, token, isCacheable = false }: RequestOptions,
): Promise<{ response: Response; text: string }> => {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(`${path}${searchOf(query)}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      cache: isCacheable ? 'default' : 'no-store',
    });
    return { response, text: await response.text() };
  } catch (error) {
    throw signal?.aborted ? error : unreachableError(timeout.aborted);
  }
};

const unreachableError = (isTimeout: boolean): ApiError =>
  isTimeout
    ? apiError({ status: 0, code: 'TIMEOUT', message: 'The API did not answer within 10 seconds.' })
    : apiError({
        status: 0,
        code: 'OFFLINE',
        message: navigator.onLine
          ? 'The API cannot be reached.'
          : 'This device is not connected to the internet.',
      });

const searchOf = (query: Query = {}): string => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
};

const replyOf = <Body>(response: Response, text: string): Reply<Body> => {
  const { status, headers } = response;
  const body = bodyOf(status, text);
  if (response.ok) return { status, headers, body: body as Body };
  const { error } = (body ?? {}) as { error?: ErrorBody };
  throw apiError({
    status,
    code: error?.code ?? `HTTP_${status}`,
    message: error?.message ?? `The API answered with status ${status}.`,
    details: error?.details,
    correlationId: error?.correlation_id ?? headers.get('X-Correlation-ID') ?? undefined,
  });
};

interface ErrorBody {
  code?: string;
  message?: string;
  details?: ProblemDetail[];
  correlation_id?: string;
}

const bodyOf = (status: number, text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw apiError({
      status,
      code: 'MALFORMED_RESPONSE',
      message: 'The API sent a response that cannot be read.',
    });
  }
};
