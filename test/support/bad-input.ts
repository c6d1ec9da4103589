import type { JsonSchema } from '#handlers/web-api/contract/model.ts';
import { type ContractOperation, contract, parameterValue, schemaAt } from './contract.ts';

/** A request that is wrong in one way, and the response that the API must give. */
export interface BadRequest {
  operation: string;
  kind: string;
  method: string;
  path: string;
  rawQuery: string;
  headers: Record<string, string>;
  /** The text as it is sent. */
  body: string | undefined;
  status: number;
  code: string;
  /** The path that `details` must contain, if there is one. */
  named?: string;
}

type Wrong = Partial<Omit<BadRequest, 'operation'>> & { kind: string };

const JSON_TYPE = { 'content-type': 'application/json' };
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'TRACE'];
const KB = 1024;

/** Values of every type. The API must refuse each value that the schema refuses. */
const VALUES: readonly unknown[] = [
  ...[null, true, 7, -1, 1.5, 1e15, '', ' ', 'moon', [], [[]], {}, { a: 1 }],
  'x'.repeat(3_000),
];
const QUERY_VALUES = ['', ' ', '0', '-1', '1.5', '1e3', '999999', 'moon', '٣', 'x'.repeat(3_000)];

const SERVER_OWNED = ['id', 'status', 'created_by', 'created_date', 'attempt', 'due_bucket'];

/**
 * Each operation with each kind of bad input, derived from the contract. A new operation is included without a change
 * here.
 */
export const badRequests = (): BadRequest[] =>
  contract.operations.flatMap((operation) => {
    const base = {
      operation: operation.id,
      method: operation.method,
      path: operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
        String(operation.parameters.find((one) => one.name === name)?.example),
      ),
      rawQuery: '',
      headers: {
        ...(operation.body === undefined ? {} : JSON_TYPE),
        ...requiredHeaders(operation),
      },
      body: operation.body && JSON.stringify(operation.body.examples[0]),
      status: 400,
      code: 'VALIDATION_ERROR',
    };
    return [
      ...badQueries(operation),
      ...badPaths(operation),
      ...badVerbs(operation),
      ...badBodies(operation),
      ...badHeaders(operation),
    ].map((wrong) => ({ ...base, ...wrong }));
  });

const requiredHeaders = ({ parameters }: ContractOperation): Record<string, string> =>
  Object.fromEntries(
    parameters
      .filter((one) => one.in === 'header' && one.required)
      .map(({ name, example }) => [name.toLowerCase(), String(example)]),
  );

const badHeaders = (operation: ContractOperation): Wrong[] =>
  operation.parameters
    .filter((one) => one.in === 'header' && one.required)
    .map(({ name }) => ({
      kind: `no ${name}`,
      headers: operation.body === undefined ? {} : JSON_TYPE,
      named: name,
    }));

const badQueries = ({ parameters }: ContractOperation): Wrong[] => {
  const inQuery = parameters.filter((one) => one.in === 'query');
  return [
    { kind: 'an unknown parameter', rawQuery: 'colour=red', named: 'colour' },
    { kind: 'an endless name', rawQuery: `${'n'.repeat(8_000)}=1`, named: 'n'.repeat(64) },
    { kind: 'a parameter __proto__', rawQuery: '__proto__=1', named: '__proto__' },
    { kind: 'a parameter without a name', rawQuery: '=1', named: '' },
    ...inQuery.flatMap(({ name, schema, example }) => [
      {
        kind: `${name} twice`,
        rawQuery: `${name}=${encodeURIComponent(String(example))}&${name}=x`,
        named: name,
      },
      ...QUERY_VALUES.filter((text) => !contract.fits(schema, parameterValue(text, schema))).map(
        (text) => ({
          kind: `${name} that is ${shortened(text)}`,
          rawQuery: `${name}=${encodeURIComponent(text)}`,
          named: name,
        }),
      ),
      ...(name === 'cursor'
        ? [{ kind: 'a foreign cursor', rawQuery: 'cursor=x', named: name }]
        : []),
    ]),
  ];
};

const badPaths = ({ path, answers }: ContractOperation): Wrong[] => {
  if (!path.includes('{')) return [];
  const content = answers.get(404)?.content?.['application/json'];
  const code = Object.keys(content?.examples ?? {})[0] ?? 'none';
  return ['x', '%00', '__proto__', `msg_${'9'.repeat(200)}`].map((id) => ({
    kind: `the id ${shortened(id)}`,
    path: path.replace(/\{\w+\}/, id),
    status: 404,
    code,
  }));
};

const badVerbs = ({ path }: ContractOperation): Wrong[] => {
  const known = contract.operations.filter((one) => one.path === path).map(({ method }) => method);
  return METHODS.filter((method) => !known.includes(method)).map((method) => ({
    kind: `the method ${method}`,
    method,
    body: undefined,
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
  }));
};

const badBodies = ({ body }: ContractOperation): Wrong[] => {
  if (body === undefined) return [];
  const nested = `${'['.repeat(25)}${']'.repeat(25)}`;
  return [
    ...(body.isRequired
      ? [
          { kind: 'no body', body: undefined },
          { kind: 'an empty body', body: '' },
        ]
      : []),
    ...['null', '7', '"text"', '[]', '{', '{"a":}', '\ufeff{}', '{} {}'].map((text) => ({
      kind: `the body ${text}`,
      body: text,
    })),
    { kind: '256 KB and one byte', body: 'x'.repeat(256 * KB + 1), ...TOO_LARGE },
    { kind: 'fewer characters, more bytes', body: 'ä'.repeat(128 * KB + 1), ...TOO_LARGE },
    ...['text/plain', 'application/x-www-form-urlencoded', 'json', ''].map((type) => ({
      kind: `the type ${type}`,
      headers: { 'content-type': type },
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    })),
    ...['gzip', 'br', 'gzip, identity'].map((encoding) => ({
      kind: `the encoding ${encoding}`,
      headers: { ...JSON_TYPE, 'content-encoding': encoding },
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    })),
    ...body.examples.flatMap((example) => badExamples(example as object, body.schema, nested)),
  ];
};

const TOO_LARGE = { status: 413, code: 'PAYLOAD_TOO_LARGE' };

const badExamples = (example: object, schema: JsonSchema, nested: string): Wrong[] => {
  const names = Object.keys(example);
  const [first] = names;
  // The rest of the body after another property.
  const rest = first === undefined ? '}' : `,${JSON.stringify(example).slice(1)}`;
  const with_ = (more: object) => JSON.stringify({ ...example, ...more });
  const without = (name: string) =>
    Object.fromEntries(Object.entries(example).filter(([key]) => key !== name));
  const { properties = {}, required = [] } = shapeOf(schema, example);
  const about = JSON.stringify(example).slice(0, 40);
  return [
    { kind: 'an unknown property', body: with_({ colour: 1 }), named: 'colour' },
    {
      kind: 'an endless name',
      body: with_({ ['n'.repeat(100_000)]: 1 }),
      named: 'n'.repeat(64),
    },
    ...SERVER_OWNED.filter((name) => !(name in properties)).map((name) => ({
      kind: `a ${name} of its own (F62)`,
      body: with_({ [name]: 'mine' }),
      named: name,
    })),
    { kind: '__proto__ (F69)', body: `{"__proto__":{"a":1}${rest}`, named: '__proto__' },
    { kind: 'constructor.prototype (F69)', body: `{"constructor":{"prototype":{}}${rest}` },
    ...(first === undefined
      ? []
      : [{ kind: 'a property twice (F69)', body: `{"${first}":1${rest}`, named: first }]),
    { kind: 'a number beyond all numbers (F69)', body: `{"n":1e400${rest}`, named: 'n' },
    { kind: 'half a character (F69)', body: String.raw`{"n":"\ud83d"${rest}`, named: 'n' },
    { kind: 'too deep a nesting (F68)', body: `{"n":${nested}${rest}` },
    ...required.map((name) => ({
      kind: `no ${name}`,
      body: JSON.stringify(without(name)),
      named: name,
    })),
    ...Object.entries(properties).flatMap(([name, property]) =>
      VALUES.filter((value) => !contract.fits(property, value)).map((value) => ({
        kind: `${name} that is ${shortened(JSON.stringify(value))}`,
        body: with_({ [name]: value }),
      })),
    ),
  ].map((wrong) => ({ ...wrong, kind: `${wrong.kind} in ${about}` }));
};

/** The schema of an object. Of alternatives, the one that the example matches. */
export const shapeOf = (schema: JsonSchema, example: object): JsonSchema => {
  const found = schemaAt(schema) ?? schema;
  const choice = found.oneOf?.find((one) => contract.fits(one, example));
  return choice === undefined ? found : shapeOf(choice, example);
};

const shortened = (text: string) => (text.length > 30 ? `${text.slice(0, 27)}…` : text);
