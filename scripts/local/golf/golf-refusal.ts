import { jsonAnswer, type ServiceResponse } from '#scripts/local/service/service-response.ts';

/** Thrown to end a request as a site refuses it. `reason` says what is wrong and is not sent. */
export type GolfRefusal = Error & {
  status: number;
  headers: Readonly<Record<string, string>>;
  reason: string;
};

/** The site's answer to a request with a wrong header: it does not say which one. */
const OPAQUE = 'Invalid componentid request header';

export const golfRefusalError = (
  status: number,
  text: string,
  reason = text,
  headers: Readonly<Record<string, string>> = {},
): GolfRefusal =>
  Object.assign(new Error(text), { name: 'GolfRefusal' as const, status, headers, reason });

/** A refusal that does not say what is wrong. */
export const opaqueRefusalError = (reason: string): GolfRefusal =>
  golfRefusalError(400, OPAQUE, reason);

export const unauthorizedRefusalError = (reason: string): GolfRefusal =>
  golfRefusalError(401, '', reason, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });

export const isGolfRefusal = (error: unknown): error is GolfRefusal =>
  error instanceof Error && error.name === 'GolfRefusal';

/** The site sends the text of a refusal as a JSON string, and nothing with 401. */
export const refusalAnswer = ({ status, message, headers }: GolfRefusal): ServiceResponse =>
  message === '' ? { status, headers, body: '' } : jsonAnswer(status, message, headers);
