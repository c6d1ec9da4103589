import { describe, expect, it } from 'vitest';
import { mutantsOf } from '#scripts/mutate/mutants.ts';

const changesOf = (source: string) =>
  mutantsOf('lib/a.ts', source).map(({ original, replacement }) => [original, replacement]);

describe('mutantsOf', () => {
  it.each([
    ['a comparison', 'x = a < b;', ['a < b', 'a <= b'], ['a < b', 'a >= b']],
    ['an equality', 'x = a === b;', ['a === b', 'a !== b']],
    ['a logical operator', 'x = a && b;', ['a && b', 'a || b']],
    ['a default', 'x = a ?? b;', ['a ?? b', 'a']],
    ['an arithmetic operator', 'x = a + b;', ['a + b', 'a - b']],
    ['a boolean', 'x = true;', ['true', 'false']],
    ['a number', 'x = 5;', ['5', '6'], ['5', '4']],
    ['zero', 'x = 0;', ['0', '1']],
    ['a code', "x = 'HTTP_5XX';", ["'HTTP_5XX'", "''"]],
    ['an empty string', "x = '';", ["''", "'mutant'"]],
    ['a negation', 'x = !a;', ['!a', 'a']],
    ['a condition', 'if (a) throw b;', ['a', '!(a)']],
    ['an optional property', 'x = a?.b.c;', ['a?.b.c', 'a.b.c']],
    ['an optional call', 'x = a?.(b);', ['a?.(b)', 'a(b)']],
    ['an array method', 'x = a.some(b);', ['a.some(b)', 'a.every(b)']],
    ['a filter', 'x = a.filter(b);', ['a.filter(b)', 'a']],
    ['a property', 'x = { a, b };', ['{ a, b }', '{ b }'], ['{ a, b }', '{ a }']],
    ['a result', 'const f = () => g;', ['g', 'undefined']],
    ['a returned value', 'const f = () => { return g; };', ['g', 'undefined']],
  ] as const)('changes %s', (_, source, ...expected) => {
    const changes = changesOf(source).filter(([original]) => original !== source);

    expect(changes).toEqual(expected);
  });

  it('removes a statement, also one that is awaited', () => {
    expect(changesOf('await f(a);')).toEqual([['await f(a);', '']]);
  });

  it.each([
    ['an import', "import { a } from './a.ts';"],
    ['a type', "type A = 'x' | 5; interface B { c: true }"],
    ['an annotation', "const f = (a: 'x' | 5): true | undefined => undefined;"],
    ['a comment', '/** a < b */ // true'],
    ['a log line', "log.warn({ a: 5 }, 'removed'); deps.log.info('x'); await log.error('y');"],
    ['a text for people', "f = 'the row is gone';"],
    ['a key', "({ 'a-b': c });"],
  ])('leaves %s alone', (_, source) => {
    const statement = source.endsWith(';') ? source : `${source};`;

    expect(changesOf(source).filter(([original]) => original !== statement)).toEqual(
      source.startsWith('({') ? [["{ 'a-b': c }", '{}']] : [],
    );
  });

  it('does not break an optional chain in the middle', () => {
    const changes = changesOf('x = a?.b.filter(c).d;').filter(([, changed]) => changed !== '');

    expect(changes).toEqual([['a?.b.filter(c).d', 'a.b.filter(c).d']]);
  });

  it('names the line and the declaration', () => {
    const source = 'const a = 1;\n\nexport const limit = (x: number): boolean =>\n  x < a;\n';

    expect(mutantsOf('lib/a.ts', source)).toContainEqual(
      expect.objectContaining({
        file: 'lib/a.ts',
        line: 4,
        within: 'limit',
        replacement: 'x <= a',
      }),
    );
  });
});
