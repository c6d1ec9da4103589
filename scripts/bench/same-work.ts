import { allows } from '#lib/identity/roles.ts';
import { userPool } from '#lib/identity/user-pool.ts';
import { parseDraft } from '#lib/messages/draft.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { AppError } from '#lib/platform/errors.ts';
import { newMessageId } from '#lib/platform/id.ts';
import { scanJson } from '#lib/platform/json.ts';
import { log } from '#lib/platform/log.ts';
import { metricFields } from '#lib/platform/metrics.ts';

/** The work of POST /api/messages for the other frameworks: the same checks, row, log line and response. */

export const ORIGINS = ['https://dashboard.example.com'];
/** The headers that our pipeline sets in addition to CORS and correlation. */
export const RESPONSE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const WELL_FORMED = /^[\w-]{1,64}$/;

export const correlationIdOf = (offered: string | null | undefined): string =>
  offered && WELL_FORMED.test(offered) ? offered : 'bench';

const { verifyToken } = userPool(log);

/** The caller, verified by the same code. */
export const callerOf = async (authorization: string | null | undefined): Promise<string> => {
  const verification = await verifyToken(authorization ?? undefined);
  if (verification.outcome !== 'verified' || !allows(verification.identity.roles, 'operator')) {
    throw new AppError('unauthorized', 'UNAUTHORIZED', 'not allowed');
  }
  return `user:${verification.identity.username}`;
};

/** A POST whose row is not stored. */
export const post = async (
  text: string,
  { caller, correlationId }: { caller: string; correlationId: string },
) => {
  const nowMs = Date.now();
  if (scanJson(text).length > 0) throw new AppError('invalid', 'VALIDATION_ERROR', 'not valid');
  const draft = parseDraft(JSON.parse(text), { stage: 'dev', nowMs });
  const origin = { id: newMessageId(nowMs), created_by: caller, correlation_id: correlationId };
  const message = newMessage(draft, origin, { stage: 'dev', nowMs });
  log.child({ correlation_id: correlationId }).info(
    {
      method: 'POST',
      route: '/api/messages',
      status: 201,
      duration_ms: Date.now() - nowMs,
      ...metricFields({ MessagesCreated: 1 }, { nowMs }),
      message_id: message.id,
      message_type: message.message_type,
    },
    'request completed',
  );
  return {
    status: 201,
    headers: { Location: `/api/messages/${message.id}` },
    body: { message_id: message.id, ...message },
  };
};

export const problemOf = (error: unknown) => ({
  status: error instanceof AppError && error.kind === 'invalid' ? 400 : 500,
  body: { error: { code: error instanceof AppError ? error.code : 'INTERNAL' } },
});
