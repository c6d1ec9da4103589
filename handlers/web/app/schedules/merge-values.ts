/** The result of a merge. */
export interface Merged<Values> {
  values: Values;
  /** What both sides changed differently. The values are those of the viewer. */
  conflicts: readonly (keyof Values)[];
}

/**
 * Merges the changes of two people: what only one of them changed gets that change. What both changed keeps the viewer's
 * value.
 * @param base the values before both changes
 * @param mine the viewer's input
 * @param theirs the values that are stored now
 */
export const mergeValues = <Values extends object>(
  base: Values,
  mine: Values,
  theirs: Values,
): Merged<Values> => {
  const names = Object.keys(mine) as (keyof Values)[];
  const isMine = (name: keyof Values) => !isEqual(mine[name], base[name]);
  const conflicts = names.filter(
    (name) =>
      isMine(name) && !isEqual(theirs[name], base[name]) && !isEqual(theirs[name], mine[name]),
  );
  const kept = Object.fromEntries(names.filter(isMine).map((name) => [name, mine[name]]));
  return { values: { ...theirs, ...kept }, conflicts };
};

/** Whether two JSON values are equal. The order of the properties counts. */
export const isEqual = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
