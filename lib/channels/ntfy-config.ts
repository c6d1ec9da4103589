import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { AppError } from '#lib/platform/errors.ts';

/** The address and the credentials of an ntfy channel. The topic is as secret as the token. */
export interface NtfyConfig {
  /** Scheme, host and port. */
  origin: string;
  topic: string;
  token: string | undefined;
}

/** Topics that the server refuses, because its own pages have these names. Source: ntfy's server, `disallowedTopics`. */
const RESERVED_TOPICS = [
  ...['docs', 'static', 'file', 'app', 'metrics', 'account', 'settings', 'signup', 'login', 'v1'],
];
const TOPIC_PATH = /^\/([-_A-Za-z0-9]{1,64})$/;

const urlSchema = (localOrigins: readonly string[]) =>
  z.pipe(
    z.string(),
    z.transform((text, { issues }) => {
      const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
      const topic = TOPIC_PATH.exec(url?.pathname ?? '')?.[1];
      const isSafe = url?.protocol === 'https:' || localOrigins.includes(url?.origin ?? '');
      const isBare = url && !url.search && !url.hash && !url.username && !url.password;
      if (url && topic && isSafe && isBare && !RESERVED_TOPICS.includes(topic)) {
        return { origin: url.origin, topic };
      }
      // The value is a secret, so the issue does not contain it.
      issues.push({ code: 'custom', input: undefined, message: 'must be https://host/topic' });
      return z.NEVER;
    }),
  );

/** `none`, or characters that are allowed in a header. */
const tokenSchema = z.pipe(
  z.string().check(z.trim(), z.regex(/^[\x21-\x7e]{1,255}$/, 'must be a token or none')),
  z.transform((token) => (token === 'none' ? undefined : token)),
);

/** The parameters `ntfy-url` and `ntfy-token` as operators write them. */
const ntfyConfigSchema = (localOrigins: readonly string[]) =>
  z.object({ url: urlSchema(localOrigins), token: tokenSchema });

/**
 * Checks the parameters.
 * @param localOrigins origins for which plain http is allowed
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` that names the parameter but not its value. Pushes wait until an
 * operator corrects the parameter.
 */
export const readNtfyConfig = (
  parameters: { url: string; token: string },
  localOrigins: readonly string[],
): NtfyConfig => {
  const parsed = z.safeParse(ntfyConfigSchema(localOrigins), parameters);
  if (parsed.success) return { ...parsed.data.url, token: parsed.data.token };
  const wrong = parsed.error.issues.map(
    ({ path, message }) => `ntfy-${String(path[0])} ${message}`,
  );
  throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', wrong.join('; '), { retryable: false });
};

/** A hash that identifies a server in the breaker's row. The address itself is not stored there, because it is a secret. */
export const serverOf = (origin: string): string =>
  createHash('sha256').update(origin).digest('base64url').slice(0, 16);
