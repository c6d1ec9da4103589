import { Ajv2020 } from '@redocly/ajv/dist/2020.js';
import { openApiDocument } from '#handlers/web-api/contract/document.ts';
import type { JsonSchema } from '#handlers/web-api/contract/model.ts';
import type {
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from '#handlers/web-api/contract/openapi.ts';

/** An operation of the document, with all references resolved. */
export interface ContractOperation {
  id: string;
  /** `GET`, … */
  method: string;
  path: string;
  role: string;
  parameters: readonly OpenApiParameter[];
  body: { schema: JsonSchema; isRequired: boolean; examples: readonly unknown[] } | undefined;
  answers: ReadonlyMap<number, OpenApiResponse>;
}

export interface SeenResponse {
  status: number;
  headers: Readonly<Record<string, unknown>>;
  /** The response body as it was sent. */
  body: string | undefined;
}

/** The contract, against which requests and responses are checked. Loaded once, because no test changes it. */
export const contract = await (async () => {
  const document = closed(openApiDocument());
  const operations = operationsOf(document);
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateSchema: false });
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
  ajv.addFormat('date', (text) => /^\d{4}-\d\d-\d\d$/.test(text));
  ajv.addFormat('uri', (text) => URL.canParse(text));
  ajv.addSchema({ ...document, $id: 'contract' });

  const checks = new Map<string, ReturnType<typeof ajv.compile>>();
  /** Whether a value is valid for a schema of the document. */
  const fits = (schema: JsonSchema, value: unknown): boolean => problemOf(schema, value) === '';
  const problemOf = (schema: JsonSchema, value: unknown): string => {
    const key = JSON.stringify(schema);
    const check = checks.get(key) ?? ajv.compile(JSON.parse(key.replaceAll('"#/', '"contract#/')));
    checks.set(key, check);
    return check(value) ? '' : ajv.errorsText(check.errors);
  };

  /** What is wrong with a response according to the contract; empty if nothing is. */
  const faultOf = (method: string, path: string, seen: SeenResponse): string => {
    const fitting = operations.filter((one) => patternOf(one.path).test(path));
    // OpenAPI 3.1, "Path Templating Matching": a concrete path matches before a templated one.
    const literal = fitting.filter((one) => one.path === path);
    const onPath = literal.length > 0 ? literal : fitting;
    const operation = onPath.find((one) => one.method === method);
    if (seen.headers['X-Correlation-ID'] === undefined) return 'no correlation id';
    if (method === 'OPTIONS') return seen.status === 204 ? '' : `OPTIONS answers ${seen.status}`;
    if (operation === undefined) return faultOfNowhere(seen, onPath);
    const answer = operation.answers.get(seen.status);
    if (answer === undefined) return `${operation.id} answers ${seen.status}`;
    if (answer.content === undefined) return seen.body ? `${operation.id} has a body` : '';
    const type = String(seen.headers['Content-Type']).split(';')[0] ?? '';
    const content = answer.content[type];
    if (content === undefined) return `${operation.id} answers ${type}`;
    const value = type === 'application/json' ? JSON.parse(seen.body ?? '') : seen.body;
    const problem = problemOf(content.schema, value);
    return problem === '' ? '' : `${operation.id} ${seen.status}: ${problem}: ${seen.body}`;
  };

  const faultOfNowhere = (
    { status, headers, body = '' }: SeenResponse,
    onPath: readonly object[],
  ) => {
    const { error } = JSON.parse(body) as { error: { code: string } };
    if (onPath.length === 0) return `${status} ${error.code}` === '404 ROUTE_NOT_FOUND' ? '' : body;
    const isRight = status === 405 && error.code === 'METHOD_NOT_ALLOWED' && 'Allow' in headers;
    return isRight ? '' : body;
  };

  return { operations, schemas: document.components.schemas, fits, faultOf };
})();

/** The target of a `$ref` of the document. */
export const schemaAt = ({ $ref }: JsonSchema): JsonSchema | undefined =>
  $ref === undefined ? undefined : contract.schemas[$ref.split('/').at(-1) ?? ''];

/** The text of a parameter, converted to the type of its schema. */
export const parameterValue = (text: string, { type }: JsonSchema): unknown =>
  type === 'integer' && /^\d+$/.test(text) ? Number(text) : text;

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
}

/**
 * The document allows additional properties in responses. Our own responses must have none that the document does not
 * name.
 */
function closed(document: OpenApiDocument): OpenApiDocument {
  const close = (schema: JsonSchema): JsonSchema =>
    Object.fromEntries(
      Object.entries({
        ...(schema.properties && !schema.$ref ? { additionalProperties: false } : {}),
        ...schema,
      }).map(([keyword, value]) => {
        if (keyword === 'properties') {
          const all = Object.entries(value as Record<string, JsonSchema>);
          return [keyword, Object.fromEntries(all.map(([name, one]) => [name, close(one)]))];
        }
        if (keyword === 'items') return [keyword, close(value as JsonSchema)];
        if (keyword === 'anyOf' || keyword === 'oneOf') {
          return [keyword, (value as JsonSchema[]).map(close)];
        }
        return [keyword, value];
      }),
    );
  const { components } = document;
  const schemas = Object.entries(components.schemas).map(([name, one]) => [name, close(one)]);
  return { ...document, components: { ...components, schemas: Object.fromEntries(schemas) } };
}

function operationsOf({ paths, components }: OpenApiDocument): ContractOperation[] {
  const found = <Thing extends object>(
    thing: Thing | { $ref: string },
    named: Record<string, Thing>,
  ): Thing => {
    if (!('$ref' in thing)) return thing;
    const target = named[thing.$ref.split('/').at(-1) ?? ''];
    if (target === undefined) throw new Error(`${thing.$ref} leads nowhere`);
    return target;
  };
  const bodyOf = ({ requestBody }: OpenApiOperation): ContractOperation['body'] => {
    const content = requestBody?.content['application/json'];
    if (requestBody === undefined || content === undefined) return undefined;
    const examples = Object.values(content.examples ?? {}).map(({ value }) => value);
    return { schema: content.schema, isRequired: requestBody.required, examples };
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      role: operation['x-role'],
      parameters: operation.parameters.map((one) => found(one, components.parameters)),
      body: bodyOf(operation),
      answers: new Map(
        Object.entries(operation.responses).map(([status, answer]) => [
          Number(status),
          found(answer, components.responses),
        ]),
      ),
    })),
  );
}
