import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError } from '#lib/platform/errors.ts';
import type { HttpErrorsContext } from './http-errors.ts';

/** The method and the path of a route. A path segment in braces is a parameter. */
export interface Destination {
  method: string;
  path: string;
}

/** The context of the handlers after this middleware. */
export interface RoutingContext<Route> extends Context {
  /** The route of the request; `undefined` only for OPTIONS, which every path supports. */
  route: Route | undefined;
  /** Parameters of the path, by name. */
  params: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request. Use it before `jwtAuth` and `jsonBody`, because the role and the body depend on it.
 *
 * The errors: AppError `not-found` / `ROUTE_NOT_FOUND`; `invalid` / `METHOD_NOT_ALLOWED`, with the header `Allow`.
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
      const actual = event.rawPath.split('/');
      const found = patterns.flatMap(({ route, segments }) => {
        const params = paramsOf(segments, actual);
        return params === undefined ? [] : [{ route, params }];
      });
      // A literal path has priority over a parameter, as in API Gateway.
      const literal = found.filter(({ route }) => route.path === event.rawPath);
      const matches = literal.length > 0 ? literal : found;
      const match = matches.find(({ route }) => route.method === method);
      if (match === undefined && method !== 'OPTIONS') {
        if (matches.length === 0) {
          throw new AppError('not-found', 'ROUTE_NOT_FOUND', 'there is no such route');
        }
        const allowed = [...matches.map(({ route }) => route.method), 'OPTIONS'];
        context.errorHeaders.Allow = allowed.join(', ');
        throw new AppError(
          'invalid',
          'METHOD_NOT_ALLOWED',
          'this path does not support this method',
        );
      }
      context.route = match?.route;
      context.params = match?.params ?? {};
    },
  };
};

const paramsOf = (
  expected: readonly string[],
  actual: readonly string[],
): Record<string, string> | undefined => {
  if (expected.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (let index = 0; index < expected.length; index += 1) {
    const segment = expected[index] ?? '';
    const value = actual[index] ?? '';
    if (segment.startsWith('{') && value !== '') params[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
};
