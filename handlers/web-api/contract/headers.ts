/** The headers of responses in the contract. */
export const DOCUMENTED_HEADERS = {
  'X-Correlation-ID': {
    description:
      'The correlation id of the request. Its log lines, messages and outbound calls contain it.',
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
      'The revision of a schedule, for `If-Match`, or the digest of a document, for `If-None-Match`. Always a strong ETag.',
    schema: { type: 'string' },
    example: '"3"',
  },
  'Cache-Control': {
    description: 'How long the response can be cached. Only public documents can be cached.',
    schema: { type: 'string' },
    example: 'public, max-age=3600',
  },
  'Idempotency-Replayed': {
    description: '`true` if this is the stored response of an earlier request with the same key.',
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

/** The reference to a header. Its name in the components has no hyphens: `IdempotencyReplayed`. */
export const headerRef = (name: HeaderName) => ({
  $ref: `#/components/headers/${name.replaceAll('-', '')}`,
});
