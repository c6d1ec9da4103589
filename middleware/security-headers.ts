import type middy from '@middy/core';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { Context } from 'aws-lambda';

const YEAR_SECONDS = 31_536_000;

/** Headers that @middy/http-security-headers adds by default and a JSON API does not need. */
const FOR_PAGES = {
  crossOriginEmbedderPolicy: false,
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: false,
  dnsPrefetchControl: false,
  downloadOptions: false,
  originAgentCluster: false,
  permissionsPolicy: false,
  permittedCrossDomainPolicies: false,
  reportTo: false,
  reportingEndpoints: false,
  xssProtection: false,
} as const;

const POLICY = {
  'default-src': "'none'",
  'frame-ancestors': "'none'",
  'report-to': '',
  'require-trusted-types-for': '',
};

const POLICY_HEADER = 'Content-Security-Policy';
const CACHE_HEADER = 'Cache-Control';

/**
 * Adds HSTS, nosniff, no frames, no referrer and `Cache-Control: no-store`. A response keeps its own content security
 * policy and its own `Cache-Control`; an error response has neither.
 */
export const securityHeaders = (): middy.MiddlewareObj<unknown, unknown, Error, Context> => {
  const securing = httpSecurityHeaders({
    ...FOR_PAGES,
    contentSecurityPolicy: POLICY,
    strictTransportSecurity: { maxAge: YEAR_SECONDS, includeSubDomains: true, preload: false },
  });
  return {
    after: async (request) => {
      const own = ownHeaders(request.response);
      await securing.after?.(request);
      addHeaders(request, { [CACHE_HEADER]: 'no-store', ...own });
    },
    onError: async (request) => {
      await securing.onError?.(request);
      addHeaders(request, { [CACHE_HEADER]: 'no-store' });
    },
  };
};

const ownHeaders = (response: unknown): Record<string, string> => {
  const headers = isHttpResponse(response) ? (response.headers ?? {}) : {};
  const own = Object.entries(headers).filter(
    ([name]) => name === POLICY_HEADER || name === CACHE_HEADER,
  );
  return Object.fromEntries(own);
};

const addHeaders = ({ response }: middy.Request, headers: Record<string, string>) => {
  if (isHttpResponse(response)) response.headers = { ...response.headers, ...headers };
};

const isHttpResponse = (response: unknown): response is { headers?: Record<string, string> } =>
  typeof response === 'object' && response !== null && 'statusCode' in response;
