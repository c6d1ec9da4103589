import { useEffect, useState } from 'preact/hooks';
import type { ProblemDetail } from '#handlers/web/app/api/api-error.ts';
import type { FormNode } from './form-node.ts';
import { outputOf } from './form-output.ts';
import { problemsIn } from './form-problems.ts';
import type { FormValue } from './form-value.ts';
import { pathsOf, type RefusedBody, remainingDetails, remainingPaths } from './shown-problems.ts';

/** The problems of a form, and what its parts need to show them. */
export interface SchemaForm {
  /** The body that the input stands for. */
  body: unknown;
  /** The problems to show at the fields, by path. */
  problems: ReadonlyMap<string, string>;
  /** What the API found wrong where the form has no field. */
  otherDetails: readonly ProblemDetail[];
  /** Shows the problem of a field from now on. */
  onLeave: (path: string) => void;
  /** Shows all problems. @returns whether there is none */
  check: () => boolean;
  /** Shows what the API found wrong, until the values change. */
  refuse: (refused: RefusedBody) => void;
  /** Shows no problem until the viewer leaves a field again. */
  reset: () => void;
}

interface Shown {
  paths: readonly string[];
  refused: RefusedBody | undefined;
}

const NOTHING: Shown = { paths: [], refused: undefined };

/** Checks the input of a form: a field when it was left, and all of them when the form is sent. */
export const useSchemaForm = (node: FormNode, value: FormValue): SchemaForm => {
  const [shown, setShown] = useState(NOTHING);
  const body = outputOf(node, value);
  const own = problemsIn(node, value);
  const paths = pathsOf(node, value);
  // An entry that is added to a list later starts without a problem.
  useEffect(
    () => setShown((before) => ({ ...before, paths: remainingPaths(before.paths, paths) })),
    [paths.join()],
  );
  const details = remainingDetails(shown.refused, body);

  const visible = own.filter(({ path }) => shown.paths.includes(path));
  const problems = new Map(
    [...details, ...visible].toReversed().map(({ path, problem }) => [path, sentence(problem)]),
  );
  return {
    body,
    problems,
    otherDetails: details.filter(({ path }) => path === '' || !paths.includes(path)),
    onLeave: (path) =>
      setShown((before) =>
        before.paths.includes(path) ? before : { ...before, paths: [...before.paths, path] },
      ),
    check: () => {
      setShown((before) => ({
        ...before,
        paths: [...new Set([...before.paths, ...own.map(({ path }) => path)])],
      }));
      return own.length === 0;
    },
    refuse: (refused) => setShown((before) => ({ ...before, refused })),
    reset: () => setShown(NOTHING),
  };
};

/** `must be at most 7` → `Must be at most 7.` */
const sentence = (problem: string): string =>
  `${problem.charAt(0).toUpperCase()}${problem.slice(1)}${problem.endsWith('.') ? '' : '.'}`;
