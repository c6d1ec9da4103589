import { postAction } from '#handlers/web-api/actions/post-action.ts';
import { API_ROUTES, type ApiRoute, type OperationId } from '#handlers/web-api/routes.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { ACTION_OPERATIONS } from './entries/actions.ts';
import type { OperationContract } from './model.ts';
import { OPERATION_CONTRACTS } from './operation-contracts.ts';

/** A route with its contract. */
export interface DocumentedRoute {
  route: ApiRoute;
  contract: OperationContract;
  /** The route of the gateway that serves it, if the gateway has no route of its own for it. */
  servedBy?: string;
  /** Whether the operation refuses requests without an `Idempotency-Key`. */
  requiresKey?: boolean;
}

const GENERIC = 'runAction' satisfies OperationId;

/** Every route of the API, and one for each operation of the catalogue, which the generic route serves. */
export const documentedRoutes = (): DocumentedRoute[] =>
  API_ROUTES.flatMap((route): DocumentedRoute[] => [
    { route, contract: OPERATION_CONTRACTS[route.id] },
    ...(route.id === GENERIC ? OPERATIONS.map((one) => typedRoute(one, route)) : []),
  ]);

const typedRoute = (
  { action, operation, aliases = [], title, description, input, examples, effect }: ActionOperation,
  { method, path, role }: ApiRoute,
): DocumentedRoute => {
  const { path: _names, errors: _errors, body: _body, ...generic } = ACTION_OPERATIONS[GENERIC];
  const names = aliases.map((alias) => `\`${alias}\``).join(', ');
  const also = names === '' ? '' : ` Other names of the operation: ${names}.`;
  return {
    route: {
      id: `${action}_${operation}`,
      method,
      path: `/api/actions/${action}/${operation}`,
      role,
      operation: postAction,
    },
    contract: {
      ...generic,
      summary: title,
      description: `${description}${also}\n\n${generic.description}`,
      body: {
        shape: {
          name: `${pascal(action)}${pascal(operation)}Input`,
          description: `The input of \`${operation}\`.`,
          properties: {},
        },
        schema: input,
        examples: Object.fromEntries(
          examples.map((value, index) => [`example${index + 1}`, { summary: title, value }]),
        ),
      },
      errors: ['FEATURE_DISABLED'],
    },
    servedBy: `${method} ${path}`,
    requiresKey: effect === 'irreversible',
  };
};

/** `get_forecast` as a part of the name of a schema: `GetForecast`. */
const pascal = (name: string): string =>
  name.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
