import type { ServerResponse } from 'node:http';

/** The response to one request. */
export interface ServiceResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
}

export const jsonAnswer = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): ServiceResponse => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
});

export const htmlAnswer = (
  status: number,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): ServiceResponse => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers },
  body: `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
});

export const sendAnswer = (
  response: ServerResponse,
  { status, headers, body }: ServiceResponse,
): void => {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
};
