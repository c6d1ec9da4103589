/** A problem of one property of a request. */
export interface ProblemDetail {
  /** Such as `payload.message`. */
  path: string;
  problem: string;
}

/** Why a request failed. */
export interface ApiError extends Error {
  /** The status of the response; 0 when there was none. */
  status: number;
  /** The code of the API, or `OFFLINE`, `TIMEOUT`, `SESSION_ENDED`. */
  code: string;
  details: readonly ProblemDetail[];
  /** Identifies the request in the logs. */
  correlationId: string | undefined;
}

/** An error with these fields. */
export const apiError = (fields: {
  status: number;
  code: string;
  message: string;
  details?: readonly ProblemDetail[] | undefined;
  correlationId?: string | undefined;
}): ApiError =>
  Object.assign(new Error(fields.message), {
    status: fields.status,
    code: fields.code,
    details: fields.details ?? [],
    correlationId: fields.correlationId,
  });

export const isApiError = (error: unknown): error is ApiError =>
  error instanceof Error && 'code' in error && 'status' in error;

/** Whether nothing is wrong except that the network or the platform does not respond. */
export const isUnreachable = (error: unknown): boolean =>
  isApiError(error) && (error.status === 0 || error.status === 502 || error.status === 504);

/** A sentence for people about any error. */
export const errorText = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
