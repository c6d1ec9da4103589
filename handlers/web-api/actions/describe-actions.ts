import { actionSchemas } from '#lib/actions/action-schemas.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { callEndpoint } from '#lib/actions/http/call-endpoint.ts';
import { type ListedEndpoint, listedEndpoints } from '#lib/actions/http/list-endpoints.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import type { endpointCache } from '#lib/config/endpoints.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

/**
 * What a web action can run, as the API shows it: every operation of the catalogue, and every endpoint that operators
 * configured.
 */
export const actionDescriber = (endpoints: ReturnType<typeof endpointCache>) => {
  const operations = OPERATIONS.map(describeAction);
  /** Without the endpoints, and with a warning in the log, when they were never read. */
  return async (log: Pick<Logger, 'error' | 'warn'>): Promise<DescribedAction[]> => {
    try {
      const configured = listedEndpoints(await endpoints(log).list());
      return [...operations, ...configured.map(describeEndpoint)];
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'unavailable') throw error;
      log.warn({ err: error }, 'endpoints not listed');
      return operations;
    }
  };
};

const describeAction = (operation: ActionOperation) => {
  const { action, operation: name, aliases = [], title, description } = operation;
  const { effect, services, auth, examples } = operation;
  const cache = 'cache' in operation ? operation.cache : undefined;
  return {
    action,
    operation: name,
    aliases,
    title,
    description,
    effect,
    services,
    auth: { type: auth },
    cache:
      cache === undefined
        ? null
        : { fresh_seconds: cache.freshSeconds, stale_seconds: cache.staleSeconds },
    needs_approval: effect === 'irreversible',
    examples,
    ...actionSchemas(operation),
  };
};

export interface DescribedAction extends ReturnType<typeof describeAction> {
  /** The name of a configured endpoint. */
  endpoint?: string;
}

/** An endpoint is the operation that calls it, with an input of its own. */
const describeEndpoint = (endpoint: ListedEndpoint): DescribedAction => {
  const { name, title, description, effect, approval, input } = endpoint;
  const { properties, required } = input;
  return {
    ...describeAction(callEndpoint),
    endpoint: name,
    title,
    description,
    effect,
    services: [`http-${name}`],
    needs_approval: approval,
    examples: [{ endpoint: name }],
    input: {
      ...input,
      properties: {
        endpoint: { type: 'string', const: name, description: 'The name of the endpoint.' },
        ...properties,
      },
      required: ['endpoint', ...required],
    },
  };
};
