import type middy from '@middy/core';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { Context } from 'aws-lambda';

const YEAR_SECONDS = 31_536_000;

export interface SecurityHeadersOptions {
  /** The content security policy of pages. With it, responses also isolate the page, and deny it features of the device. */
  pagePolicy?: Readonly<Record<string, string>>;
}

/** Headers that @middy/http-security-headers adds by default and nobody needs. */
const UNUSED = {
  crossOriginEmbedderPolicy: false,
  dnsPrefetchControl: false,
  downloadOptions: false,
  originAgentCluster: false,
  permittedCrossDomainPolicies: false,
  reportTo: false,
  reportingEndpoints: false,
  permissionsPolicy: false,
  xssProtection: false,
} as const;

/** Headers that only a page needs. */
const FOR_PAGES = {
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: false,
} as const;

/** The package's own list contains features that browsers do not know, and report as errors. */
const DENIED_FEATURES =
  'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()';

const POLICY = {
  'default-src': "'none'",
  'frame-ancestors': "'none'",
  'report-to': '',
  'require-trusted-types-for': '',
};

const POLICY_HEADER = 'Content-Security-Policy';
const CACHE_HEADER = 'Cache-Control';
const REFERRER_HEADER = 'Referrer-Policy';
const OWN_HEADERS: readonly string[] = [POLICY_HEADER, CACHE_HEADER, REFERRER_HEADER];

/**
 * Adds HSTS, nosniff, no frames, no referrer and `Cache-Control: no-store`. A response keeps its own content security
 * policy, `Cache-Control` and `Referrer-Policy`.
 */
export const securityHeaders = ({
  pagePolicy,
}: SecurityHeadersOptions = {}): middy.MiddlewareObj<unknown, unknown, Error, Context> => {
  const ofPages = pagePolicy === undefined ? {} : headersOfPages(pagePolicy);
  const securing = httpSecurityHeaders({
    ...UNUSED,
    ...(pagePolicy === undefined ? FOR_PAGES : {}),
    contentSecurityPolicy: pagePolicy === undefined ? POLICY : false,
    strictTransportSecurity: { maxAge: YEAR_SECONDS, includeSubDomains: true, preload: false },
  });
  const secureWith =
    (hook: typeof securing.after): middy.MiddlewareFn<unknown, unknown, Error, Context> =>
    async (request) => {
      const own = ownHeaders(request.response);
      await hook?.(request);
      addHeaders(request, { ...ofPages, [CACHE_HEADER]: 'no-store', ...own });
    };
  return { after: secureWith(securing.after), onError: secureWith(securing.onError) };
};

/** The package would also sandbox the page, so that it could not run scripts. */
const headersOfPages = (policy: Readonly<Record<string, string>>): Record<string, string> => ({
  [POLICY_HEADER]: Object.entries(policy)
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; '),
  'Permissions-Policy': DENIED_FEATURES,
});

const ownHeaders = (response: unknown): Record<string, string> => {
  const headers = isHttpResponse(response) ? (response.headers ?? {}) : {};
  const own = Object.entries(headers).filter(([name]) => OWN_HEADERS.includes(name));
  return Object.fromEntries(own);
};

const addHeaders = ({ response }: middy.Request, headers: Record<string, string>) => {
  if (isHttpResponse(response)) response.headers = { ...response.headers, ...headers };
};

const isHttpResponse = (response: unknown): response is { headers?: Record<string, string> } =>
  typeof response === 'object' && response !== null && 'statusCode' in response;
