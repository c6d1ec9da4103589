import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandOutput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { env } from '#lib/platform/env.ts';
import { meets } from './dynamodb/condition.ts';
import { parseCondition } from './dynamodb/expression.ts';
import { compare, copy, type Item, isEqual, itemBytes, stored } from './dynamodb/values.ts';
import { installDynamo } from './dynamodb.ts';

const NAMES = ['aa', 'bb', 'cc'] as const;
const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('', 'a', 'ab', 'b'),
  fc.boolean(),
  fc.constant(null),
);
const row = fc.dictionary(fc.constantFrom(...NAMES), scalar, { noNullPrototype: true });
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
    fc.constant(undefined),
    fc.uint8Array({ maxLength: 4 }),
    fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }).map((all) => new Set(all)),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie('any'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).any;

/** A condition as text, its precedence (3 binds tightest), and its meaning, each created without the parser. */
interface Naive {
  text: string;
  binds: 1 | 2 | 3;
  holds: (item: Record<string, unknown>) => boolean;
  values: Record<string, unknown>;
}

let placeholder = 0;
const freshName = () => {
  placeholder += 1;
  return `:v${placeholder}`;
};
const sameKind = (left: unknown, right: unknown) =>
  typeof left === typeof right && (typeof left === 'number' || typeof left === 'string');

const leaf: fc.Arbitrary<Naive> = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom('=', '<>', '<', '>=', 'exists', 'absent', 'begins', 'in'),
    scalar,
    scalar,
  )
  .map(([name, operator, one, other]): Naive => {
    const first = freshName();
    const second = freshName();
    const unary = (text: string, holds: Naive['holds']) =>
      ({ text, binds: 3, holds, values: {} }) as const;
    const binary = (text: string, holds: Naive['holds'], operand: unknown = one) =>
      ({ text, binds: 3, holds, values: { [first]: operand } }) as const;
    const ordered = typeof one === 'string' || typeof one === 'number' ? one : 0;
    switch (operator) {
      case 'exists':
        return unary(`attribute_exists(${name})`, (it) => name in it);
      case 'absent':
        return unary(`attribute_not_exists(${name})`, (it) => !(name in it));
      case 'begins':
        return binary(
          `begins_with(${name}, ${first})`,
          (it) => typeof it[name] === 'string' && it[name].startsWith(String(one)),
          String(one),
        );
      case 'in':
        return {
          ...unary(
            `${name} IN (${first}, ${second})`,
            (it) => name in it && [one, other].some((value) => value === it[name]),
          ),
          values: { [first]: one, [second]: other },
        };
      case '=':
        return binary(`${name} = ${first}`, (it) => name in it && it[name] === one);
      case '<>':
        return binary(`${name} <> ${first}`, (it) => !(name in it && it[name] === one));
      case '<':
        return binary(
          `${name} < ${first}`,
          (it) => sameKind(it[name], ordered) && (it[name] as number) < (ordered as number),
          ordered,
        );
      default:
        return binary(
          `${name} >= ${first}`,
          (it) => sameKind(it[name], ordered) && (it[name] as number) >= (ordered as number),
          ordered,
        );
    }
  });

/** Parentheses only where precedence requires them. */
const inside = (part: Naive, atLeast: number) =>
  part.binds < atLeast ? `(${part.text})` : part.text;

const condition: fc.Arbitrary<Naive> = fc.letrec<{ any: Naive }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'medium', maxDepth: 5 },
    leaf,
    fc.tuple(tie('any'), tie('any')).map(
      ([left, right]): Naive => ({
        text: `${inside(left, 1)} OR ${inside(right, 2)}`,
        binds: 1,
        holds: (it) => left.holds(it) || right.holds(it),
        values: { ...left.values, ...right.values },
      }),
    ),
    fc.tuple(tie('any'), tie('any')).map(
      ([left, right]): Naive => ({
        text: `${inside(left, 2)} AND ${inside(right, 3)}`,
        binds: 2,
        holds: (it) => left.holds(it) && right.holds(it),
        values: { ...left.values, ...right.values },
      }),
    ),
    tie('any').map(
      (of): Naive => ({
        text: `NOT ${inside(of, 3)}`,
        binds: 3,
        holds: (it) => !of.holds(it),
        values: of.values,
      }),
    ),
  ),
})).any;

describe('conditions', () => {
  it('evaluate as boolean logic does, for generated conditions', () => {
    fc.assert(
      fc.property(condition, row, ({ text, holds, values }, item) => {
        const { tree } = parseCondition(text, 'ConditionExpression');

        expect(meets(tree, item, { names: {}, values: values as Item })).toBe(holds(item));
      }),
      { numRuns: 2_000 },
    );
  });

  it('evaluate the same with all parentheses written', () => {
    const wrapped = (part: Naive): Naive => ({ ...part, binds: 1 });
    fc.assert(
      fc.property(condition, leaf, row, (left, right, item) => {
        const both = `${inside(wrapped(left), 3)} AND (${right.text})`;
        const { tree } = parseCondition(both, 'ConditionExpression');
        const values = { ...left.values, ...right.values } as Item;

        expect(meets(tree, item, { names: {}, values })).toBe(
          left.holds(item) && right.holds(item),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('values', () => {
  it('are stored as the marshaller returns them', () => {
    fc.assert(
      fc.property(value, (any) => {
        const options = { removeUndefinedValues: true };
        const wire = unmarshall(marshall({ any }, options));

        expect(stored({ any })).toEqual(wire);
      }),
      { numRuns: 1_000 },
    );
  });

  it('equal their copies, which share no objects with them', () => {
    fc.assert(
      fc.property(value, (any) => {
        const one = stored({ any });
        const other = copy(one);

        expect(isEqual(one, other)).toBe(true);
        expect(other).toEqual(one);
        expect(other).not.toBe(one);
      }),
    );
  });

  it('are ordered by their bytes', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'é', '\uffee', '\u{1f600}'),
      maxLength: 3,
    });
    fc.assert(
      fc.property(text, text, (left, right) => {
        const order = compare(left, right) ?? Number.NaN;

        expect(Math.sign(order)).toBe(
          Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right))),
        );
      }),
    );
  });

  it.each([
    [{}, 0],
    [{ a: 'é' }, 3],
    [{ n: 27 }, 3],
    [{ n: -27 }, 4],
    [{ n: 100 }, 3],
    [{ n: 1234567 }, 6],
    [{ b: true }, 2],
    [{ b: null }, 2],
    [{ l: [] }, 4],
    [{ l: ['ab'] }, 7],
    [{ m: { k: 'v' } }, 7],
    [{ s: new Set(['ab', 'c']) }, 4],
    [{ x: new Uint8Array(5) }, 6],
  ] as [Item, number][])('%o has %i bytes', (item, bytes) => {
    expect(itemBytes(item)).toBe(bytes);
  });
});

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});
const TableName = env('METRICS_TABLE');
const db = installDynamo(client);

type Action =
  | { kind: 'set' | 'add' | 'default'; name: string; by: number }
  | { kind: 'remove'; name: string };

const action = (name: string): fc.Arbitrary<Action> =>
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('set' as const, 'add' as const, 'default' as const),
      name: fc.constant(name),
      by: fc.integer({ min: -5, max: 5 }),
    }),
    fc.record({ kind: fc.constant('remove' as const), name: fc.constant(name) }),
  );

describe('updates', () => {
  it('change a row as the same steps change an object', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(...NAMES.map(action)),
        fc.dictionary(fc.constantFrom(...NAMES), fc.integer({ min: -9, max: 9 }), {
          noNullPrototype: true,
        }),
        async (actions, before) => {
          const key = { day: 'd', hour: 'h' };
          db.put(TableName, { ...key, ...before });
          const values: Record<string, number> = {};
          const sections: Record<string, string[]> = { SET: [], REMOVE: [], ADD: [] };
          const wanted: Record<string, number> = { ...before };
          for (const one of actions) {
            if (one.kind === 'remove') {
              sections.REMOVE?.push(one.name);
              delete wanted[one.name];
              continue;
            }
            const name = `:${one.name}`;
            values[name] = one.by;
            if (one.kind === 'set') {
              sections.SET?.push(`${one.name} = ${name}`);
              wanted[one.name] = one.by;
            } else if (one.kind === 'add') {
              sections.ADD?.push(`${one.name} ${name}`);
              wanted[one.name] = (before[one.name] ?? 0) + one.by;
            } else {
              sections.SET?.push(`${one.name} = if_not_exists(${one.name}, ${name}) - ${name}`);
              wanted[one.name] = (before[one.name] ?? one.by) - one.by;
            }
          }
          const UpdateExpression = Object.entries(sections)
            .filter(([, parts]) => parts.length > 0)
            .map(([section, parts]) => `${section} ${parts.join(', ')}`)
            .join(' ');

          const { Attributes } = await client.send(
            new UpdateCommand({
              TableName,
              Key: key,
              UpdateExpression,
              ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
              ReturnValues: 'ALL_NEW',
            }),
          );

          expect(Attributes).toEqual({ ...key, ...wanted });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('queries', () => {
  const digit = fc.stringMatching(/^[0-9]{1,2}$/);

  it('return over all pages what sorting and filtering all rows returns', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(digit, { maxLength: 30 }),
        fc.constantFrom('<', '<=', '>', '>=', '=', 'BETWEEN', 'begins_with'),
        digit,
        digit,
        fc.boolean(),
        fc.integer({ min: 1, max: 7 }),
        async (hours, operator, one, other, forward, limit) => {
          db.reset();
          for (const hour of hours) db.put(TableName, { day: 'd', hour, even: Number(hour) % 2 });
          const [low = '', high = ''] = [one, other].sort();
          const inRange = (hour: string) =>
            ({
              '<': hour < low,
              '<=': hour <= low,
              '>': hour > low,
              '>=': hour >= low,
              '=': hour === low,
              BETWEEN: hour >= low && hour <= high,
              begins_with: hour.startsWith(low),
            })[operator];
          const wanted = hours.filter((hour) => inRange(hour) && Number(hour) % 2 === 0).sort();
          const second = {
            BETWEEN: '#h BETWEEN :low AND :high',
            begins_with: 'begins_with(#h, :low)',
          }[operator as 'BETWEEN'];

          const got: unknown[] = [];
          let start: QueryCommandOutput['LastEvaluatedKey'];
          let pages = 0;
          do {
            const page: QueryCommandOutput = await client.send(
              new QueryCommand({
                TableName,
                KeyConditionExpression: `#d = :d AND ${second ?? `#h ${operator} :low`}`,
                FilterExpression: 'even = :zero',
                ExpressionAttributeNames: { '#d': 'day', '#h': 'hour' },
                ExpressionAttributeValues: {
                  ':d': 'd',
                  ':low': low,
                  ':zero': 0,
                  ...(operator === 'BETWEEN' ? { ':high': high } : {}),
                },
                ScanIndexForward: forward,
                Limit: limit,
                ExclusiveStartKey: start,
              }),
            );
            got.push(...(page.Items ?? []).map(({ hour }) => hour));
            start = page.LastEvaluatedKey;
            pages += 1;
          } while (start !== undefined && pages < 40);

          expect(got).toEqual(forward ? wanted : wanted.toReversed());
        },
      ),
      { numRuns: 300 },
    );
  });

  it('find in an index exactly the rows that have its keys, after generated writes', async () => {
    const table = env('MESSAGES_TABLE');
    const write = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      bucket: fc.option(fc.constantFrom('due', 'held-x'), { nil: undefined }),
      at: fc.constantFrom('1', '2', '3'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 12 }), async (writes) => {
        db.reset();
        const model = new Map<string, (typeof writes)[number]>();
        for (const one of writes) {
          db.put(table, { id: one.id, due_bucket: one.bucket, next_due_at: one.at });
          model.set(one.id, one);
        }
        for (const bucket of ['due', 'held-x']) {
          const { Items = [] } = await client.send(
            new QueryCommand({
              TableName: table,
              IndexName: 'due-index',
              KeyConditionExpression: 'due_bucket = :b',
              ExpressionAttributeValues: { ':b': bucket },
            }),
          );
          const wanted = [...model.values()]
            .filter((one) => one.bucket === bucket)
            .map(({ at, id }) => `${at}${id}`)
            .sort();

          expect(Items.map(({ next_due_at, id }) => `${next_due_at}${id}`)).toEqual(wanted);
        }
      }),
      { numRuns: 300 },
    );
  });
});
