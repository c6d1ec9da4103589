/** Puts every mutant of a file behind a switch, so that one process can run all of them. */
import type { Mutant } from './mutants.ts';

export interface NumberedMutant extends Mutant {
  id: number;
}

/** The source with switches: `$mutant(7)` is true while mutant 7 is active. The line numbers may change. */
export const withSwitches = (source: string, mutants: readonly NumberedMutant[]): string => {
  const places = new Map<string, NumberedMutant[]>();
  for (const mutant of mutants) {
    const key = `${mutant.start} ${mutant.end} ${mutant.shape}`;
    places.set(key, [...(places.get(key) ?? []), mutant]);
  }
  const groups = [...places.values()].sort(byPlace);
  let next = 0;

  const render = (start: number, end: number): string => {
    let text = '';
    let at = start;
    for (let group = groups[next]; group !== undefined; group = groups[next]) {
      const [first] = group;
      if (first === undefined || first.start >= end) break;
      next += 1;
      text += source.slice(at, first.start) + switched(group, render(first.start, first.end));
      at = first.end;
    }
    return text + source.slice(at, end);
  };
  return render(0, source.length);
};

/** Outer places before inner ones, a statement before the expression of the same place. */
const byPlace = ([a]: NumberedMutant[], [b]: NumberedMutant[]): number => {
  if (a === undefined || b === undefined) return 0;
  return a.start - b.start || b.end - a.end || (a.shape === 'statement' ? -1 : 1);
};

const switched = (group: readonly NumberedMutant[], original: string): string => {
  const [first] = group;
  if (first?.shape === 'statement') {
    // The braces keep an `else` that follows with the `if` before the statement.
    return `{ if (!$mutant(${first.id})) { ${original} } }`;
  }
  const choices = group.map(({ id, replacement }) => `$mutant(${id}) ? (${replacement}) : `);
  return `(${choices.join('')}(${original}))`;
};
