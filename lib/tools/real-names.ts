import type { Problem } from '#lib/platform/errors.ts';

/** How the names in a call differ from those of the operation. */
export interface InputNames {
  /** Real names by other names. */
  inputAliases: Readonly<Record<string, string>>;
  /** Properties that a call must not have. */
  hidden: readonly string[];
}

interface RealInput {
  /** With the names of the operation. */
  input: object;
  problems: Problem[];
  /** The path that the caller used for a path of the operation. */
  givenPath: (path: string) => string;
}

/** Replaces other names of properties, and finds properties that a call must not have. */
export const withRealNames = (given: unknown, { inputAliases, hidden }: InputNames): RealInput => {
  const unchanged = (path: string) => path;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const problems = [{ path: '', problem: 'must be an object' }];
    return { input: {}, problems, givenPath: unchanged };
  }
  const problems: Problem[] = [];
  const entries: [string, unknown][] = [];
  const aliasOf = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const real = Object.hasOwn(inputAliases, name) ? inputAliases[name] : undefined;
    if (hidden.includes(name)) problems.push({ path: name, problem: 'is not a known property' });
    else if (real === undefined) entries.push([name, value]);
    else if (Object.hasOwn(given, real)) {
      problems.push({ path: name, problem: `must not be given together with ${real}` });
    } else {
      entries.push([real, value]);
      aliasOf.set(real, name);
    }
  }
  const givenPath = (path: string) => path.replace(/^[^.]+/, (name) => aliasOf.get(name) ?? name);
  return { input: Object.fromEntries(entries), problems, givenPath };
};
