/** The permission that IAM would check for one resource of a request. */
export interface Call {
  /** As in policies: `dynamodb:Query`. */
  action: string;
  /** The ARN, of the index if an index is read; `*` where AWS knows no resource for the action. */
  resource: string;
  /** The condition keys of the request, with their values. */
  context: Readonly<Record<string, string>>;
}

/** A request to an AWS service, as it is sent. */
export interface SignedRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

type Input = Readonly<Record<string, unknown>>;

interface Operation {
  name: string;
  input: Input;
  /** `arn:aws:<service>:<region>:<account>:` */
  arn: string;
}

/** The account of the local AWS. */
const ACCOUNT = '000000000000';
const CREDENTIAL = /Credential=[^/]+\/\d+\/([\w-]+)\/([\w-]+)\/aws4_request/;

/**
 * The permissions that a request needs, from its signature, its target and the names in its body. An operation that
 * is not listed here throws, so that no new one is overlooked.
 * @throws Error that names the request, never its content
 */
export const callsOf = (request: SignedRequest): Call[] => {
  const { method, path, headers } = request;
  const [, region, service = ''] = CREDENTIAL.exec(String(headers.authorization)) ?? [];
  const reader = Object.hasOwn(READERS, service) ? READERS[service] : undefined;
  if (reader === undefined) {
    throw new Error(`no service that is known here: ${service} ${method} ${path.split('?')[0]}`);
  }
  const { operationOf, callsIn } = reader;
  const { name, input } = operationOf(request);
  return callsIn({ name, input, arn: `arn:aws:${service}:${region}:${ACCOUNT}:` }).map(
    ({ action = `${service}:${permissionFor(name)}`, resource, context = {} }) => ({
      ...{ action, resource, context },
    }),
  );
};

/** IAM has no action for these batches: the permission for one item allows a batch of it. */
const BATCHES = new Set(['PublishBatch', 'SendMessageBatch', 'DeleteMessageBatch']);
const permissionFor = (name: string) => (BATCHES.has(name) ? name.replace(/Batch$/, '') : name);

interface Reader {
  operationOf: (request: SignedRequest) => Omit<Operation, 'arn'>;
  callsIn: (operation: Operation) => (Partial<Call> & Pick<Call, 'resource'>)[];
}

const object = (text: string): Input => (text === '' ? {} : (JSON.parse(text) as Input));

/** The JSON protocols name the operation in a header. */
const byTarget: Reader['operationOf'] = ({ headers, body }) => {
  const [, name] = String(headers['x-amz-target']).split('.');
  if (name === undefined) throw new Error('a request without a target');
  return { name, input: object(body) };
};

const byForm: Reader['operationOf'] = ({ body }) => {
  const input = Object.fromEntries(new URLSearchParams(body));
  return { name: text(input, 'Action'), input };
};

const SCHEDULE_VERBS: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  GET: 'GetSchedule',
  PUT: 'UpdateSchedule',
  DELETE: 'DeleteSchedule',
};

const byPath: Reader['operationOf'] = ({ method, path, body }) => {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  if (pathname === '/schedules' && method === 'GET') return { name: 'ListSchedules', input: {} };
  const [, Name] = /^\/schedules\/([^/]+)$/.exec(pathname) ?? [];
  const verb = SCHEDULE_VERBS[method];
  if (Name === undefined || verb === undefined) {
    throw new Error(`no operation that is known here: ${method} ${pathname}`);
  }
  const GroupName = searchParams.get('groupName');
  return {
    name: verb,
    input: { ...(GroupName === null ? {} : { GroupName }), ...object(body), Name },
  };
};

const READERS: Readonly<Record<string, Reader>> = {
  dynamodb: {
    operationOf: byTarget,
    callsIn: ({ input, arn }) => {
      if ('TransactItems' in input) return (input.TransactItems as Input[]).map(actionIn(arn));
      const index = 'IndexName' in input ? `/index/${text(input, 'IndexName')}` : '';
      const tables =
        'RequestItems' in input
          ? Object.keys(input.RequestItems as Input)
          : [text(input, 'TableName') + index];
      return tables.map((table) => ({ resource: `${arn}table/${table}` }));
    },
  },
  sns: { operationOf: byForm, callsIn: ({ input }) => [{ resource: text(input, 'TopicArn') }] },
  sqs: {
    operationOf: byTarget,
    callsIn: ({ input, arn }) => [
      { resource: `${arn}${text(input, 'QueueUrl').split('/').at(-1)}` },
    ],
  },
  ssm: {
    operationOf: byTarget,
    callsIn: ({ input, arn }) => {
      const path = 'Path' in input ? 'Path' : 'Name';
      const names = (input.Names as string[] | undefined) ?? [text(input, path)];
      return names.map((name) => ({ resource: `${arn}parameter${name}` }));
    },
  },
  secretsmanager: {
    operationOf: byTarget,
    // The ARN of a secret ends with six random characters, which callers do not know.
    callsIn: ({ input, arn }) => [{ resource: `${arn}secret:${text(input, 'SecretId')}-??????` }],
  },
  scheduler: {
    operationOf: byPath,
    callsIn: ({ name, input, arn }) => {
      if (name === 'ListSchedules') return [{ resource: '*' }];
      const group = String(input.GroupName ?? 'default');
      const schedule = { resource: `${arn}schedule/${group}/${text(input, 'Name')}` };
      const target = input.Target as Input | undefined;
      return target === undefined ? [schedule] : [schedule, lending(text(target, 'RoleArn'))];
    },
  },
};

/** IAM has no action for a transaction: each of its actions needs the permission of the single request. */
const actionIn =
  (arn: string) =>
  (item: Input): Pick<Call, 'action' | 'resource'> => {
    const [[kind, request] = ['', {}]] = Object.entries(item);
    const action = Object.hasOwn(ACTIONS_OF_TRANSACTIONS, kind)
      ? ACTIONS_OF_TRANSACTIONS[kind]
      : undefined;
    if (action === undefined) throw new Error(`no action of a transaction: ${kind}`);
    return { action, resource: `${arn}table/${text(request as Input, 'TableName')}` };
  };

const ACTIONS_OF_TRANSACTIONS: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
};

/** A schedule runs as a role, and its creator must be allowed to pass that role. */
const lending = (resource: string): Call => ({
  action: 'iam:PassRole',
  resource,
  context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
});

const text = (input: Input, name: string): string => {
  const value = input[name];
  if (typeof value !== 'string') throw new Error(`a request without ${name}`);
  return value;
};
