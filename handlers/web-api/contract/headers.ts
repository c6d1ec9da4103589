/** The headers of answers in the contract. */
export const DOCUMENTED_HEADERS = {
  'X-Correlation-ID': {
    description: 'Identifies the request in its log lines, rows, wake-ups and outbound calls.',
    schema: { type: 'string', pattern: '^[\\w-]{1,64}$' },
    example: 'weekly-report-7',
  },
  Location: {
    description: 'The path of the new resource.',
    schema: { type: 'string' },
    example: '/api/messages/msg_20260301120000_7ZK3V9Q2M4T8XB1C',
  },
  'Retry-After': {
    description: 'Seconds after which the request may succeed.',
    schema: { type: 'string', pattern: '^\\d+$' },
    example: '30',
  },
  'WWW-Authenticate': {
    description: 'How to sign in.',
    schema: { type: 'string' },
    example: 'Bearer',
  },
  ETag: {
    description:
      'Of a schedule its revision, for `If-Match`; of a document its digest, for `If-None-Match`. Always strong.',
    schema: { type: 'string' },
    example: '"3"',
  },
  'Cache-Control': {
    description: 'How long the answer may be kept. Only public documents may be kept at all.',
    schema: { type: 'string' },
    example: 'public, max-age=3600',
  },
  'Idempotency-Replayed': {
    description: '`true` when the answer is that of an earlier request with the same key.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  'Set-Cookie': {
    description: 'The refresh token: HttpOnly, Secure, SameSite=Strict.',
    schema: { type: 'string' },
    example: '__Host-rez-refresh=…; Path=/; HttpOnly; Secure; SameSite=Strict',
  },
} as const;

export type HeaderName = keyof typeof DOCUMENTED_HEADERS;

/** A header's name in the contract's components: `Idempotency-Replayed` is `IdempotencyReplayed`. */
export const headerRef = (name: HeaderName) => ({
  $ref: `#/components/headers/${name.replaceAll('-', '')}`,
});
