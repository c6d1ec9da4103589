import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { AppError } from '#lib/platform/errors.ts';

/** Where a channel of ntfy publishes, and as whom. The topic is as secret as the token. */
export interface NtfyConfig {
  /** Scheme, host and port. */
  origin: string;
  topic: string;
  token: string | undefined;
}

/** Names that the server keeps for its own pages. Source: ntfy's server, `disallowedTopics`. */
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
      // The value itself is a secret: no issue carries it on.
      issues.push({ code: 'custom', input: undefined, message: 'must be https://host/topic' });
      return z.NEVER;
    }),
  );

/** `none`, or what a header can carry. */
const tokenSchema = z.pipe(
  z.string().check(z.trim(), z.regex(/^[\x21-\x7e]{1,255}$/, 'must be a token or none')),
  z.transform((token) => (token === 'none' ? undefined : token)),
);

/** The parameters `ntfy-url` and `ntfy-token` as operators write them. */
const ntfyConfigSchema = (localOrigins: readonly string[]) =>
  z.object({ url: urlSchema(localOrigins), token: tokenSchema });

/**
 * @param localOrigins origins that may be plain http
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` that names the parameter, never its value: pushes wait until an
 * operator has mended it.
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

/** What may be stored of a server: enough to know it again. Its address stays where it is, for it is nobody's business. */
export const serverOf = (origin: string): string =>
  createHash('sha256').update(origin).digest('base64url').slice(0, 16);
