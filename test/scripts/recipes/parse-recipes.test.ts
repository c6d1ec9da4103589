import { describe, expect, it } from 'vitest';
import { parseRecipes } from '#scripts/recipes/parse-recipes.ts';

const DOCUMENT = `# Extending

Words before the first recipe, with \`lib/some/file.ts\`.

\`\`\`ts
const code = 'that belongs to no recipe';
\`\`\`

## A new lamp

1. Write it in \`lib/lamps/lamp.ts\`, as \`lib/lamps/candle.ts\` is written:

   \`\`\`ts
   export const lamp = {
     isOn: true,
   };
   \`\`\`

2. Register it in \`lib/lamps/registry.ts\`:

   \`\`\`diff
   +import { lamp } from './lamp.ts';
    import { candle } from './candle.ts';
   \`\`\`

3. Test it:

   \`\`\`sh
   make check
   make unit ARGS="test/lib/lamps"
   \`\`\`

This touches 2 files.

## A new chair

A chair is bought.
`;

describe('a document', () => {
  it('has a recipe for each section that says how many files it touches', () => {
    expect(parseRecipes(DOCUMENT).map(({ title, files }) => [title, files])).toEqual([
      ['A new lamp', 2],
    ]);
  });

  it('creates, changes and runs in the order of the text, without the indent of its lists', () => {
    expect(parseRecipes(DOCUMENT)[0]?.steps).toEqual([
      {
        kind: 'create',
        file: 'lib/lamps/lamp.ts',
        text: 'export const lamp = {\n  isOn: true,\n};\n',
      },
      {
        kind: 'change',
        file: 'lib/lamps/registry.ts',
        text: "+import { lamp } from './lamp.ts';\n import { candle } from './candle.ts';\n",
      },
      { kind: 'command', command: 'make check' },
      { kind: 'command', command: 'make unit ARGS="test/lib/lamps"' },
    ]);
  });

  it('must name the file of each block', () => {
    const nameless = DOCUMENT.replace('`lib/lamps/registry.ts`', 'the registry');

    expect(() => parseRecipes(nameless)).toThrow('"A new lamp" does not name the file of a diff');
  });
});
