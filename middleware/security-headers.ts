import type middy from '@middy/core';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { Context } from 'aws-lambda';

const YEAR_SECONDS = 31_536_000;

/** What @middy/http-security-headers adds by default and an API of JSON has no use for. */
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

/**
 * HSTS, nosniff, no frames, no referrer; and nobody keeps an answer. An answer that is a page brings the policy that it
 * needs, and keeps it.
 */
export const securityHeaders = (): middy.MiddlewareObj<unknown, unknown, Error, Context> => {
  const dressing = httpSecurityHeaders({
    ...FOR_PAGES,
    contentSecurityPolicy: POLICY,
    strictTransportSecurity: { maxAge: YEAR_SECONDS, includeSubDomains: true, preload: false },
  });
  return {
    after: async (request) => {
      const own = isAnswer(request.response)
        ? request.response.headers?.[POLICY_HEADER]
        : undefined;
      await dressing.after?.(request);
      keepNowhere(request);
      if (own !== undefined && isAnswer(request.response)) {
        request.response.headers = { ...request.response.headers, [POLICY_HEADER]: own };
      }
    },
    onError: async (request) => {
      await dressing.onError?.(request);
      keepNowhere(request);
    },
  };
};

const keepNowhere = ({ response }: middy.Request) => {
  if (isAnswer(response)) response.headers = { ...response.headers, 'Cache-Control': 'no-store' };
};

const isAnswer = (response: unknown): response is { headers?: Record<string, string> } =>
  typeof response === 'object' && response !== null && 'statusCode' in response;
