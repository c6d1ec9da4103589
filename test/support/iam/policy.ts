import { shortNameOf } from '#scripts/local/clients.ts';
import type { Call } from './call.ts';

/** One action on one resource that a function's role allows. */
export interface GrantedPermission {
  /** Folder of the function. */
  name: string;
  /** The reason: the id of its statement. */
  why: string;
  action: string;
  /** The ARN, possibly with `*`. */
  resource: string;
  /** Condition keys with their allowed values. The request must have one of them. */
  onlyIf: Readonly<Record<string, readonly string[]>>;
}

type OneOrMany = string | string[];

interface Statement {
  Effect: string;
  Sid?: string;
  Action: OneOrMany;
  Resource: OneOrMany;
  Condition?: Record<string, Record<string, OneOrMany>>;
}

/** The parts of a Terraform state that are used here. */
export interface State {
  resources: {
    mode: string;
    type: string;
    instances: { attributes: Record<string, unknown> }[];
  }[];
}

const UNDERSTOOD = new Set(['Effect', 'Sid', 'Action', 'Resource', 'Condition']);
const OPERATOR = 'ForAnyValue:StringEquals';

/**
 * All permissions of the roles of the functions in an applied state, one action and one resource each.
 * @throws Error for a policy that this code does not understand, because it could allow more
 */
export const permissionsIn = ({ resources }: State): GrantedPermission[] => {
  const managed = resources.filter(({ mode }) => mode === 'managed');
  const all = (type: string) =>
    managed
      .filter((resource) => resource.type === type)
      .flatMap(({ instances }) => instances.map(({ attributes }) => attributes));
  if (all('aws_iam_role_policy_attachment').length > 0) {
    throw new Error('a policy is attached to a role; this reads inline policies');
  }

  const policies = all('aws_iam_role_policy');
  return all('aws_lambda_function').flatMap(({ function_name, role }) => {
    const name = shortNameOf(String(function_name));
    const roleName = String(role).split('/').at(-1);
    if (name === undefined) throw new Error(`a function of no known name: ${function_name}`);
    return policies
      .filter((policy) => policy.role === roleName)
      .flatMap(({ policy }) => (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement)
      .flatMap((statement) => permissionsOf(name, statement));
  });
};

/** Whether a permission allows a call. */
export const permits = (
  { action, resource, onlyIf }: Omit<GrantedPermission, 'name' | 'why'>,
  call: Call,
): boolean =>
  // IAM compares actions case-insensitively. Terraform's and our actions are both written as AWS documents them.
  matches(action, call.action) &&
  matches(resource, call.resource) &&
  Object.entries(onlyIf).every(([key, values]) => values.includes(call.context[key] ?? ''));

const permissionsOf = (name: string, statement: Statement): GrantedPermission[] => {
  const { Effect, Sid: why = '', Action, Resource, Condition = {} } = statement;
  const strange = Object.keys(statement).filter((key) => !UNDERSTOOD.has(key));
  const operators = Object.keys(Condition).filter((operator) => operator !== OPERATOR);
  if (Effect !== 'Allow' || strange.length > 0 || operators.length > 0) {
    throw new Error(`${name}: ${why} is not understood: ${[Effect, ...strange, ...operators]}`);
  }

  const onlyIf = Object.fromEntries(
    Object.entries(Condition[OPERATOR] ?? {}).map(([key, values]) => [key, many(values)]),
  );
  return many(Action).flatMap((action) =>
    many(Resource).map((resource) => ({
      ...{ name, why, action, onlyIf },
      resource: withAnySuffix(resource),
    })),
  );
};

/** The ARN of a secret ends with six random characters. A call contains the name of the secret alone. */
const withAnySuffix = (resource: string): string =>
  resource.replace(/(?<=:secretsmanager:.*-)\w{6}$/, '??????');

/** IAM's wildcards: `*` for any characters, `?` for one. */
const matches = (pattern: string, text: string): boolean => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
};

const many = (value: OneOrMany): string[] => (Array.isArray(value) ? value : [value]);
