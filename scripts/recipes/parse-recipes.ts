/** A file that a recipe creates. */
interface Create {
  kind: 'create';
  file: string;
  text: string;
}

/** A file that a recipe changes. The text is a diff without line numbers, as `applyDiff` takes it. */
interface Change {
  kind: 'change';
  file: string;
  text: string;
}

/** A command that a recipe runs. */
interface Command {
  kind: 'command';
  command: string;
}

export type RecipeStep = Create | Change | Command;

export interface Recipe {
  title: string;
  steps: RecipeStep[];
  /** The number of files that the recipe says it touches. */
  files: number;
}

const BLOCK = /^( *)```(\w+)\n([\s\S]*?)^ *```$/gm;
const TOTAL = /^This touches (\d+) files\.$/m;
const PATH = /`((?:[\w.-]+\/)+[\w.-]+\.[a-z]+)`/;

/**
 * The recipes of a document: its sections that end with "This touches 3 files." In such a section, a `sh` block has one
 * command on each line. Every other block belongs to the file that is named first since the block before: a `diff` block changes the
 * file, a block in another language is all of a new file.
 * @throws Error that names the section of a block without a file
 */
export const parseRecipes = (document: string): Recipe[] =>
  document
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const title = section.slice(0, section.indexOf('\n'));
      const total = TOTAL.exec(section)?.[1];
      return total === undefined
        ? []
        : [{ title, steps: stepsIn(title, section), files: Number(total) }];
    });

const stepsIn = (title: string, section: string): RecipeStep[] => {
  let end = 0;
  return [...section.matchAll(BLOCK)].flatMap((block): RecipeStep[] => {
    const [whole, indent = '', language, code = ''] = block;
    const before = section.slice(end, block.index);
    end = block.index + whole.length;
    const text = code.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    if (language === 'sh') {
      return text
        .trim()
        .split('\n')
        .map((command) => ({ kind: 'command', command }));
    }
    const file = PATH.exec(before)?.[1];
    if (file === undefined)
      throw new Error(`"${title}" does not name the file of a ${language} block`);
    return [{ kind: language === 'diff' ? 'change' : 'create', file, text }];
  });
};
