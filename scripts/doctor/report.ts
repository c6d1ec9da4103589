import { styleText } from 'node:util';
import { printable } from '#scripts/printable.ts';
import type { CheckLine } from './check.ts';

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red' } as const;
const STATES = ['failed', 'warning', 'ok'] as const;

/** The lines as aligned text, each with its command below it, and their numbers. */
export const reportText = (
  lines: readonly CheckLine[],
  { hasColour }: { hasColour: boolean },
): string => {
  const width = Math.max(...lines.map(({ name }) => printable(name).length));
  const texts = lines.flatMap(({ state, name, text, fix }) => {
    const padded = state.padEnd('warning'.length);
    const shown = hasColour ? styleText(COLOURS[state], padded, { validateStream: false }) : padded;
    const line = `${shown}  ${printable(name).padEnd(width)}  ${printable(text)}`;
    return fix === undefined ? [line] : [line, `${' '.repeat(9)}fix: ${printable(fix)}`];
  });
  return [...texts, '', countsText(lines)].join('\n');
};

const countsText = (lines: readonly CheckLine[]): string =>
  STATES.map((state) => `${lines.filter((line) => line.state === state).length} ${state}`).join(
    ', ',
  );
