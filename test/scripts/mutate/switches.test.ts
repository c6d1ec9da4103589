import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';
import { ROOT } from '#scripts/local/paths.ts';
import { mutantsOf } from '#scripts/mutate/mutants.ts';
import { withSwitches } from '#scripts/mutate/switches.ts';

const numbered = (source: string) =>
  mutantsOf('lib/a.ts', source).map((mutant, index) => ({ ...mutant, id: index + 1 }));

/** What a function body returns while one mutant is active. */
const resultOf = (source: string, active: number) => {
  const code = withSwitches(source, numbered(source));
  return new Function('$mutant', `${code}; return x;`)((id: number) => id === active);
};

describe('withSwitches', () => {
  const source = 'let x = { a: 1 + 2 * 3 }; if (x.a < 7) { x.a = 0; }';

  it('does what the source does while no mutant is active', () => {
    expect(resultOf(source, 0)).toEqual({ a: 7 });
  });

  it('does what each mutant says while it is active, nested ones too', () => {
    const results = numbered(source).map(({ id, original, replacement }) => [
      `${original} → ${replacement}`,
      resultOf(source, id),
    ]);

    expect(Object.fromEntries(results)).toMatchObject({
      '{ a: 1 + 2 * 3 } → {}': {},
      '1 + 2 * 3 → 1 - 2 * 3': { a: 0 },
      '2 * 3 → 2 / 3': { a: 0 },
      '3 → 4': { a: 9 },
      'x.a < 7 → x.a <= 7': { a: 0 },
      '0 → 1': { a: 7 },
    });
  });

  it('keeps the `else` of a statement without braces', () => {
    const source = 'let x = 1; const f = () => { x = 2; }; if (x > 1) f(); else x = 3;';

    expect(resultOf(source, 0)).toBe(3);
  });

  it('keeps every file of lib a valid program', () => {
    for (const file of globSync('lib/**/*.ts', { cwd: ROOT })) {
      const code = readFileSync(`${ROOT}/${file}`, 'utf8');
      const switched = withSwitches(code, numbered(code));

      expect(() => parseAst(switched, { lang: 'ts' }, file)).not.toThrow();
    }
  });
});
