import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { openApiDocument } from '#handlers/web-api/contract/document.ts';
import type { JsonSchema } from '#handlers/web-api/contract/model.ts';
import type { OpenApiParameter, OpenApiResponse } from '#handlers/web-api/contract/openapi.ts';
import { API_ROUTES } from '#handlers/web-api/routes.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { parseDraft } from '#lib/messages/draft.ts';
import { scanJson } from '#lib/platform/json.ts';
import { VisibleText } from '#lib/platform/text.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { CONTRACT_FILE, contractText } from '#scripts/schemas.ts';
import { contract, schemaAt } from '#test/support/contract.ts';

const ROOT = `${import.meta.dirname}/../../../..`;
const document = openApiDocument();

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    key: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

describe('the contract', () => {
  it('has an operation for each route and for no other, with the role of the route (F62)', () => {
    const documented = operations
      .filter(({ operation }) => operation['x-served-by'] === undefined)
      .map(({ key, operation }) => [key, operation.operationId, operation['x-role']]);

    expect(documented.sort()).toEqual(
      API_ROUTES.map(({ method, path, id, role }) => [`${method} ${path}`, id, role]).sort(),
    );
  });

  it('has a path with the real input for each operation of the catalogue, which the generic route serves', () => {
    const typed = operations.filter(({ operation }) => operation['x-served-by'] !== undefined);

    expect(typed.map(({ key }) => key).sort()).toEqual(
      OPERATIONS.map(({ action, operation }) => `POST /api/actions/${action}/${operation}`).sort(),
    );
    for (const { key, operation } of typed) {
      const [, , , action, name] = key.split('/');
      const { schema, examples = {} } =
        operation.requestBody?.content['application/json'] ?? expect.fail(key);
      const { input, examples: inputs } =
        OPERATIONS.find((one) => one.action === action && one.operation === name) ??
        expect.fail(key);
      const properties = Object.keys(z.toJSONSchema(input, { io: 'input' }).properties ?? {});
      expect(operation['x-served-by']).toBe('POST /api/actions/{action}/{operation}');
      expect(operation['x-role']).toBe('operator');
      expect(Object.keys(schemaAt(schema)?.properties ?? {})).toEqual(properties);
      expect(Object.values(examples).map(({ value }) => value)).toEqual(inputs);
      for (const value of inputs) expect(contract.fits(schema, value), key).toBe(true);
    }
  });

  it.each(operations)(
    'requires a token for $key only if the operation is not public',
    ({ operation }) => {
      const isOpen =
        operation.security.length === 0 ||
        operation.security.some((option) => Object.keys(option).length === 0);

      expect(isOpen).toBe(operation['x-role'] === 'public');
    },
  );

  it.each(['https://api.example', 'http://127.0.0.1:4566/_aws/execute-api/api-1/$default'])(
    'has a server address that resolves to the API at %s',
    (base) => {
      const [server] = document.servers;
      const url = new URL(server?.url ?? '', `${base}/api/openapi.json`).href;

      expect(url).toBe(`${base}/`);
    },
  );

  it('contains only patterns that mean the same in Python, Go and Java', () => {
    const patterns: string[] = [];
    JSON.stringify(document, (key, value: unknown) => {
      if (key === 'pattern' && typeof value === 'string') patterns.push(value);
      return value;
    });

    expect(patterns.filter((pattern) => /\\[pPk]|\\u\{|\(\?[<!=]/.test(pattern))).toEqual([]);
  });

  it('requires a visible character exactly like the platform', () => {
    const { pattern } = document.components.schemas.Redrive?.properties?.reason ?? {};
    const said = new RegExp(String(pattern));
    const isSaid = (text: string) => said.test(text);
    const isTaken = (text: string) => z.safeParse(VisibleText, text).success;
    const texts = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code));

    expect(texts.filter((text) => isTaken(text) && !isSaid(text))).toEqual([]);
    expect([' ', '\n', '\u0000', '\u007f', '\u2003', '\u2800'].filter(isSaid)).toEqual([]);
  });

  it.each([
    ['version', '1.0', true],
    ['version', '1.999', true],
    ['version', '1.1000', false],
    ['version', '2.0', false],
  ])('describes %s %j as valid only if it is: %s', (name, value, isFine) => {
    const { pattern } = document.components.schemas.NewManual?.properties?.[name] ?? {};
    const draft = { message_type: 'manual', payload: 'x', [name]: value };
    const isTaken = (() => {
      try {
        return parseDraft(draft, { stage: 'dev', nowMs: 0 }) !== undefined;
      } catch {
        return false;
      }
    })();

    expect([new RegExp(String(pattern)).test(value), isTaken]).toEqual([isFine, isFine]);
  });

  it.each([
    ['createMessage', '201', ['getMessage', 'getRun', 'listResults', 'redriveMessage']],
    ['runAction', '202', ['getMessage', 'getRun', 'listResults', 'redriveMessage']],
    ['runSchedule', '202', ['getMessage', 'getRun', 'listResults', 'redriveMessage']],
    [
      'createSchedule',
      '201',
      [
        ...['deleteSchedule', 'getSchedule', 'listFires', 'pauseSchedule', 'resumeSchedule'],
        ...['runSchedule', 'updateSchedule'],
      ],
    ],
  ])('links the response of %s to every operation on the new resource', (id, status, next) => {
    const { operation } = operations.find((one) => one.operation.operationId === id) ?? {};
    const { links = {} } = operation ? resolved(operation.responses[status] ?? { $ref: '' }) : {};

    expect(Object.keys(links).sort()).toEqual(next);
    for (const [name, { operationId, parameters }] of Object.entries(links)) {
      expect([operationId, parameters]).toEqual([name, { id: '$response.body#/id' }]);
    }
  });

  it.each([
    ['NewManual', 'arguments'],
    ['NewNotify', 'arguments'],
    ['NewScheduled', 'arguments'],
    ['NewScheduled', 'payload'],
    ['NewScheduleCreation', 'payload.payload'],
    ['NewSchedule', 'target.payload'],
    ['NewSchedule', 'target.arguments'],
  ])('describes which numbers and names are rejected in %s %s', (shape, place) => {
    const open = place
      .split('.')
      .reduce(
        (schema: JsonSchema | undefined, name) => schema?.properties?.[name],
        document.components.schemas[shape],
      );
    const number = fc.oneof(
      fc.constantFrom(...['0', '-0', '9007199254740991', '-9007199254740991', '9007199254740993']),
      fc.constantFrom(...['1e-130', '9.9e-131', '5e-324', '-1e-131', '1e16', '-1e300', '1e21']),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => JSON.stringify(n)),
      fc.integer().map(String),
    );
    const name = fc.oneof(fc.constantFrom('', 'a'), fc.string({ unit: 'grapheme' }));
    const value = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        number,
        fc.constantFrom('null', 'true', '""'),
        fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join()}]`),
        fc
          .uniqueArray(fc.tuple(name, tie('json')), { selector: ([key]) => key, maxLength: 3 })
          .map((all) => `{${all.map(([key, one]) => `${JSON.stringify(key)}:${one}`).join()}}`),
      ),
    })).json;

    fc.assert(
      fc.property(name, value, (key, text) => {
        fc.pre(!/__proto__|"prototype"/.test(key + text));
        const body = `{${JSON.stringify(key)}:${text}}`;
        const isTaken = scanJson(body).length === 0;
        expect(contract.fits(open ?? {}, JSON.parse(body)), body).toBe(isTaken);
      }),
      { numRuns: 500 },
    );
  });

  it('lists exactly the accepted values of target.message_type and the accepted expressions', () => {
    const { NewSchedule, SchedulePreviewRequest, NewScheduleCreation } =
      document.components.schemas;
    const types = NewSchedule?.properties?.target?.properties?.message_type?.enum;
    const expressions = [
      NewSchedule?.properties?.schedule_expression,
      SchedulePreviewRequest?.properties?.expression,
      NewScheduleCreation?.properties?.arguments?.properties?.schedule_expression,
    ];

    expect(types).toEqual(['web_action', 'notify', 'scheduled', 'hello_world', 'manual']);
    expect(NewScheduleCreation?.properties?.payload?.properties?.message_type?.enum).toEqual(types);
    for (const schema of expressions) {
      expect(schema).toMatchObject({ type: 'string', maxLength: 256 });
      const isSaid = (text: string) => contract.fits(schema ?? {}, text);
      const taken = ['rate(5 minutes)', ' cron(0\t9 * * ? *)\n', 'at(2026-11-20T13:00:00)'];
      const refused = [
        '0 9 * * *',
        '@daily',
        `rate(5${' '.repeat(250)}minutes)`,
        'cron(0 9 * * ? *',
      ];
      expect([...taken, ...refused].filter(isSaid)).toEqual(taken);
      expect([...taken, ...refused].filter(isExpression)).toEqual(taken);
    }
  });

  it('accepts every correlation id, because a malformed one is replaced', () => {
    expect(document.components.parameters.CorrelationID?.schema).toEqual({ type: 'string' });
  });

  it('has no finding of the linter', async () => {
    const config = await createConfig({ extends: ['recommended'] });

    const findings = await lintFromString({ source: await contractText(), config });

    expect(
      findings.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]),
    ).toEqual([]);
  });

  it(`is equal to ${CONTRACT_FILE}, which node scripts/schemas.ts writes`, async () => {
    expect(readFileSync(`${ROOT}/${CONTRACT_FILE}`, 'utf8')).toBe(await contractText());
  });
});

describe('every part of the contract is explained', () => {
  const parameters = operations.flatMap(({ key, operation }) =>
    operation.parameters
      .filter((one): one is OpenApiParameter => 'name' in one)
      .map((one) => ({ key: `${key} ${one.name}`, ...one })),
  );

  it.each(parameters)('the parameter $key', ({ description, example }) => {
    expect(description).toMatch(/\.$/);
    expect(example).toBeDefined();
  });

  it.each(operations)('the operation $key', ({ operation }) => {
    expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(operation.description).toMatch(/\.$/);
    for (const answer of Object.values(operation.responses)) {
      const { description, content = {} } = resolved(answer);
      expect(description).toMatch(/\.$/);
      for (const { examples = {} } of Object.values(content)) {
        expect(Object.keys(examples)).not.toEqual([]);
      }
    }
    for (const { examples = {} } of Object.values(operation.requestBody?.content ?? {})) {
      expect(Object.keys(examples)).not.toEqual([]);
    }
  });

  it.each(Object.entries(document.components.schemas))('the schema %s', (_, schema) => {
    const silent: string[] = [];
    const visit = (part: JsonSchema, path: string): void => {
      for (const [name, property] of Object.entries(part.properties ?? {})) {
        const place = `${path}.${name}`;
        if (property.description === undefined) silent.push(place);
        visit(property, place);
      }
      if (part.items) visit(part.items, `${path}[]`);
      for (const option of [...(part.anyOf ?? []), ...(part.oneOf ?? [])]) visit(option, path);
    };
    visit(schema, '');

    expect(schema.description).toMatch(/\.$/);
    expect(schema.examples).toBeDefined();
    expect(silent).toEqual([]);
  });
});

const isExpression = (text: string): boolean => {
  try {
    return parseExpression(text) !== undefined;
  } catch {
    return false;
  }
};

const resolved = (answer: OpenApiResponse | { $ref: string }): OpenApiResponse => {
  if (!('$ref' in answer)) return answer;
  const found = document.components.responses[answer.$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`${answer.$ref} leads nowhere`);
  return found;
};
