/**
 * Whether a version meets a constraint of Terraform, such as `>= 5.100, < 7.0`.
 * @throws Error for a version or an operator that the roots do not use
 */
export const satisfies = (version: string, constraint: string): boolean =>
  constraint.split(',').every((part) => {
    const [, operator = '', bound = ''] = /^\s*(>=|<=|>|<|=|)\s*([\d.]+)\s*$/.exec(part) ?? [];
    if (bound === '') throw new Error(`the constraint ${constraint} cannot be checked`);
    return OPERATORS[operator || '=']?.(compare(version, bound)) ?? false;
  });

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '>=': (order) => order >= 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '<': (order) => order < 0,
};

/** Below 0 when `a` is the lower version. */
const compare = (a: string, b: string): number => {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const at = [0, 1, 2].find((n) => (left[n] ?? 0) !== (right[n] ?? 0));
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
};

const numbersOf = (version: string): number[] => {
  if (!/^\d+(\.\d+){0,2}$/.test(version)) throw new Error(`${version} is not a released version`);
  return version.split('.').map(Number);
};
