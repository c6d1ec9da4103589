import { describe, expect, it } from 'vitest';
import { listedEndpoints } from '#lib/actions/http/list-endpoints.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { anEndpoint } from '#test/lib/actions/http/endpoint-builder.ts';
import { faultOfSchema } from './schemas.ts';

interface Part {
  path: string;
  schema: Readonly<Record<string, unknown>>;
}

const TOOLS = toolRegistry(
  listedEndpoints(new Map([['kitchen-light', JSON.stringify(anEndpoint())]])),
).list(['admin']);
const SCHEMAS: readonly (readonly [string, Part['schema']])[] = TOOLS.flatMap(
  ({ name, input, output }) => [
    [`input of ${name}`, input] as const,
    [`output of ${name}`, output] as const,
  ],
);

/** Every object in a JSON value, with its path. */
const objectsIn = (value: unknown, path = ''): Part[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, one]) => objectsIn(one, `${path}/${name}`));
  return Array.isArray(value) ? inner : [{ path, schema: value as Part['schema'] }, ...inner];
};

const propertiesIn = (schema: Part['schema']): Part[] =>
  objectsIn(schema).filter(({ path }) => /\/properties\/[^/]+$/.test(path));

describe.each(SCHEMAS)('the %s', (_, schema) => {
  it('is a JSON Schema 2020-12 of a closed object, without references', () => {
    expect(faultOfSchema(schema)).toBe('');
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: false,
    });
    expect(JSON.stringify(schema)).not.toMatch(/"\$(ref|defs|dynamicRef|id)"/);
  });

  it('is closed wherever it names properties', () => {
    const open = objectsIn(schema).filter(
      ({ schema: { properties, type, additionalProperties } }) =>
        type === 'object' && properties !== undefined && additionalProperties !== false,
    );

    expect(open.map(({ path }) => path)).toEqual([]);
  });

  it('describes every property', () => {
    const silent = propertiesIn(schema).filter(
      ({ schema: { description } }) => typeof description !== 'string' || description.length < 4,
    );

    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('has only patterns that every client can read', () => {
    const patterns = objectsIn(schema).flatMap(({ schema: { pattern, format } }) =>
      typeof pattern === 'string' ? [{ pattern, format }] : [],
    );

    expect(patterns.filter(({ pattern }) => /\\p\{|\(\?[<!=]/.test(pattern))).toEqual([]);
    expect(patterns.filter(({ format }) => format !== undefined)).toEqual([]);
  });
});

describe('the texts of tools', () => {
  it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
    'are sentences for %s',
    (_, { title, description }) => {
      expect(title).toMatch(/^[A-Z][\w ]{2,40}$/);
      expect(description).toMatch(/^[A-Z].*\.$/s);
      expect(description.length).toBeLessThan(700);
    },
  );

  it('do not mention what assistants cannot give', () => {
    expect(JSON.stringify(TOOLS)).not.toMatch(/auto_book/);
  });
});
