/** What a log line says about an error: never a body, never a property that somebody hung on it. */
export const errorFields = (error: unknown, depth = 0): Record<string, unknown> => {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, kind } = error as { code?: unknown; kind?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
    ...(depth === 0 ? { stack: error.stack } : {}),
    ...(error.cause === undefined || depth > 3
      ? {}
      : { cause: errorFields(error.cause, depth + 1) }),
  };
};

/** Fields whose value no line shows. */
export const SECRET_FIELDS = ['token', 'authorization', 'password', 'secret'] as const;

export const REDACTED = '[redacted]';
