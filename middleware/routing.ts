import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError } from '#lib/platform/errors.ts';
import type { HttpErrorsContext } from './http-errors.ts';

/** What of a route decides where a request goes. A segment of the path in braces is a parameter. */
export interface Destination {
  method: string;
  path: string;
}

/** What handlers after this middleware find on their context. */
export interface RoutingContext<Route> extends Context {
  /** `undefined` for OPTIONS alone, which every path answers. */
  route: Route | undefined;
  /** Parameters of the path, by name. */
  params: Readonly<Record<string, string>>;
}

/**
 * Finds the route before anybody is asked who they are: role and body of a request depend on it.
 *
 * The errors: AppError `not-found` / `ROUTE_NOT_FOUND`; `invalid` / `METHOD_NOT_ALLOWED`, answered with `Allow`.
 */
export const routing = <Route extends Destination>(
  routes: readonly Route[],
): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  RoutingContext<Route> & HttpErrorsContext
> => {
  const patterns = routes.map((route) => ({ route, segments: route.path.split('/') }));
  return {
    before: ({ context, event }) => {
      const { method } = event.requestContext.http;
      const given = event.rawPath.split('/');
      const found = patterns.flatMap(({ route, segments }) => {
        const params = paramsOf(segments, given);
        return params === undefined ? [] : [{ route, params }];
      });
      // As at the gateway: what is named literally is nobody's parameter.
      const literal = found.filter(({ route }) => route.path === event.rawPath);
      const matches = literal.length > 0 ? literal : found;
      const match = matches.find(({ route }) => route.method === method);
      if (match === undefined && method !== 'OPTIONS') {
        if (matches.length === 0) {
          throw new AppError('not-found', 'ROUTE_NOT_FOUND', 'there is no such route');
        }
        const allowed = [...matches.map(({ route }) => route.method), 'OPTIONS'];
        context.errorHeaders.Allow = allowed.join(', ');
        throw new AppError('invalid', 'METHOD_NOT_ALLOWED', 'this path does not know that method');
      }
      context.route = match?.route;
      context.params = match?.params ?? {};
    },
  };
};

const paramsOf = (
  expected: readonly string[],
  given: readonly string[],
): Record<string, string> | undefined => {
  if (expected.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (let index = 0; index < expected.length; index += 1) {
    const segment = expected[index] ?? '';
    const value = given[index] ?? '';
    if (segment.startsWith('{') && value !== '') params[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
};
