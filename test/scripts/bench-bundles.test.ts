import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LEFT_OUT } from '#scripts/build/left-out.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOOLBOX = join(ROOT, 'node_modules/dynamodb-toolbox/dist/esm');
const PARSERS = join(TOOLBOX, 'schema/actions/parse/schema.js');

/** Kinds of attributes whose parsing, formatting and updating is left out of bundles. */
const left = LEFT_OUT.filter(({ importer }) => importer.test(PARSERS));
const isLeftOut = (kind: string) => left.some(({ module }) => module.test(`./${kind}.js`));

describe('kinds of attributes that are left out of bundles', () => {
  it('are kinds that no entity has', () => {
    const used = globSync('lib/**/*.ts', { cwd: ROOT }).flatMap((file) =>
      [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(/'dynamodb-toolbox\/schema\/(\w+)'/g),
      ].map(([, kind = '']) => kind),
    );

    expect(used).toContain('string');
    expect(used.filter(isLeftOut)).toEqual([]);
  });

  it.each(['parse', 'format'])('are stood in for with the names that %s asks for', (action) => {
    const code = readFileSync(join(TOOLBOX, `schema/actions/${action}/schema.js`), 'utf8');
    const imports = [...code.matchAll(/import \{ (\w+) \} from '\.\/(\w+)\.js'/g)];
    const asked = imports.flatMap(([, name = '', kind = '']) => (isLeftOut(kind) ? [name] : []));

    expect(asked.length).toBe(6);
    expect(left.flatMap(({ exports }) => exports)).toEqual(expect.arrayContaining(asked));
  });
});
