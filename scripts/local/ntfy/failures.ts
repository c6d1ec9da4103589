/** The error texts of an ntfy server by code. A text can get a suffix, so clients must branch on the code. */
const TEXTS = {
  40001: 'e-mail notifications are not enabled',
  40002: 'cannot disable cache for delayed message',
  40004: 'invalid delay parameter: unable to parse delay',
  40005: 'invalid delay parameter: too small, please refer to the docs',
  40006: 'invalid delay parameter: too large, please refer to the docs',
  40007: 'invalid priority parameter',
  40008: 'invalid since parameter',
  40009: 'invalid request: topic invalid',
  40010: 'invalid request: topic name is not allowed',
  40011: 'invalid request: message must be UTF-8 encoded',
  40013: 'invalid request: attachment URL is invalid',
  40014: 'invalid request: attachments not allowed',
  40018: 'invalid request: actions invalid',
  40021: 'invalid request: icon URL is invalid',
  40024: 'invalid request: request body must be valid JSON',
  40032: 'invalid request: calling is disabled',
  40049: 'invalid request: sequence ID invalid',
  40101: 'unauthorized',
  40301: 'forbidden',
  40401: 'page not found',
  41303: 'JSON body too large',
  42901: 'limit reached: too many requests',
  42908: 'limit reached: daily message quota reached',
  42909: 'limit reached: too many auth failures',
  42911: 'limit reached: too many new topics',
  50001: 'internal server error',
} as const;

export type FailureCode = keyof typeof TEXTS;

/** Codes whose error body has no `link`. */
const WITHOUT_LINK: readonly FailureCode[] = [
  ...([40002, 40009, 40010, 40011, 40024, 40401, 41303, 50001] as const),
];

/** Thrown to end a request with the server's error body. */
export type Refusal = Error & { status: number; body: string };

export const refusalError = (code: FailureCode, suffix?: string): Refusal => {
  const text = suffix === undefined ? TEXTS[code] : `${TEXTS[code]}; ${suffix}`;
  return Object.assign(new Error(text), {
    name: 'Refusal' as const,
    status: Math.floor(code / 100),
    body: failureBody(code, text),
  });
};

export const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && error.name === 'Refusal';

export const failureBody = (code: FailureCode, error: string = TEXTS[code]): string => {
  const link = WITHOUT_LINK.includes(code) ? {} : { link: 'https://ntfy.sh/docs/publish/' };
  return `${JSON.stringify({ code, http: Math.floor(code / 100), error, ...link })}\n`;
};
