import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { AppError } from '#lib/platform/errors.ts';
import { HOSTILE_ADDRESSES } from '#test/lib/http/hostile-addresses.ts';
import { ELSEWHERE, FORBIDDEN_URLS } from '#test/lib/http/hostile-urls.ts';
import { FIXTURES } from './fixtures.ts';
import { operationRun } from './operation-run.ts';

type Input = Readonly<Record<string, unknown>>;

/** Texts that would change the host or the path if they reached a URL unencoded. */
const FRAGMENTS = ELSEWHERE.flatMap((host) => [
  ...[host, `@${host}`, `//${host}`, `/\\${host}/`, `\\\\${host}`, `.${host}`, `:80@${host}/`],
  ...[`?@${host}`, `#@${host}`, `x\r\nHost: ${host}`, `x HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  ...[`../../${host}`, `%2e%2e/${host}`, `..%2f${host}`, `%0d%0aHost:%20${host}`, `\u0000${host}`],
]);

const VECTORS: readonly string[] = [
  ...new Set([...FORBIDDEN_URLS, ...HOSTILE_ADDRESSES, ...FRAGMENTS]),
];

/** Records every connection of the process, and ends those that are not to one of the ports. */
const trapSockets = (ports: readonly string[]) => {
  const outside: string[] = [];
  let inside = 0;
  const connect = Socket.prototype.connect;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args) {
    const [first] = args as unknown[];
    // The connector of http passes a list with the options.
    const options = (Array.isArray(first) ? first[0] : first) as { host?: string; port?: unknown };
    if (options.host === '127.0.0.1' && ports.includes(String(options.port))) {
      inside += 1;
      return Reflect.apply(connect, this, args);
    }
    outside.push(`${options.host}:${options.port}`);
    setImmediate(() => this.destroy(new Error('trapped')));
    return this;
  });
  return { outside, inside: () => inside };
};
afterEach(() => vi.restoreAllMocks());

type Path = readonly string[];

const pathsIn = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...path, name]))
    : [path];

/** Every place for a text in an input: the properties of the schema, and the places within the examples. */
const fieldsOf = ({ input, examples }: ActionOperation, valid: Input): Path[] => {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const paths = [
    ...Object.keys(schema.properties ?? {}).map((name) => [name]),
    ...[valid, ...examples].flatMap((example) => pathsIn(example)),
  ];
  return [...new Map(paths.map((path) => [path.join('.'), path])).values()];
};

const withValue = (input: unknown, [name, ...rest]: Path, value: string): unknown => {
  if (name === undefined) return value;
  const before = (typeof input === 'object' ? input : {}) as Input;
  return { ...before, [name]: withValue(before[name], rest, value) };
};

describe.each(
  OPERATIONS.map((operation) => [`${operation.action}.${operation.operation}`, operation] as const),
)('no input of %s leads outside of its services (F57)', (name, operation) => {
  const fixture = FIXTURES[name];

  it('whatever text is in whatever field', async () => {
    if (fixture === undefined) throw new Error(`there is no fixture for ${name}`);
    const { input } = fixture;
    const world = await fixture.start();
    const { run } = operationRun(world);
    const trap = trapSockets(world.origins.map((origin) => new URL(origin).port));
    const bugs: string[] = [];

    await run(operation, input);
    const fields = fieldsOf(operation, input);
    const attempts = [
      ...VECTORS.map((vector, n) => ({ field: fields[n % fields.length] ?? [], vector })),
      ...fields.flatMap((field) => FRAGMENTS.map((vector) => ({ field, vector }))),
    ];
    for (const { field, vector } of attempts) {
      const hostile = withValue(input, field, vector);
      if (!z.safeParse(operation.input, hostile).success) continue;
      await run(operation, hostile).catch((error: unknown) => {
        if (!(error instanceof AppError)) bugs.push(`${field.join('.')} ${vector} ${error}`);
      });
    }

    expect(trap.outside).toEqual([]);
    expect(bugs).toEqual([]);
    expect(trap.inside()).toBeGreaterThan(0);
    expect(attempts.length).toBeGreaterThanOrEqual(5_000);
  });
});
