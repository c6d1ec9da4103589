/** The lines before and after one change. */
interface Hunk {
  before: string;
  after: string;
}

/**
 * Applies a diff without line numbers. Lines that begin with a space stay, lines with `-` are removed, lines with `+` are
 * added. A line `@@` separates changes of different places.
 * @throws Error when the lines before a change are not exactly once in the text
 */
export const applyDiff = (text: string, diff: string): string =>
  hunksOf(diff).reduce((current, { before, after }) => {
    const places = countOf(current, before);
    if (places !== 1) throw new Error(`these lines are there ${places} times:\n${before}`);
    return `\n${current}`.replace(`\n${before}`, () => `\n${after}`).slice(1);
  }, text);

/** Whether the text is what the diff leads to. */
export const isApplied = (text: string, diff: string): boolean =>
  hunksOf(diff).every(({ after }) => countOf(text, after) === 1);

const countOf = (text: string, lines: string): number => `\n${text}`.split(`\n${lines}`).length - 1;

const hunksOf = (diff: string): Hunk[] =>
  diff.split(/^@@\n/m).map((hunk) => {
    const lines = hunk.split('\n').slice(0, -1);
    const linesWithout = (sign: string) =>
      lines
        .filter((line) => !line.startsWith(sign))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    return { before: linesWithout('+'), after: linesWithout('-') };
  });
