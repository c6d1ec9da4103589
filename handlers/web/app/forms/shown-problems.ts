import type { ProblemDetail } from '#handlers/web/app/api/api-error.ts';
import type { FormNode } from './form-node.ts';
import { OTHERS, under } from './form-problems.ts';
import { isRecord } from './form-schema.ts';
import {
  emptyValue,
  type FormValue,
  isRaw,
  type ObjectValue,
  type UnionValue,
} from './form-value.ts';

/** What the API found wrong with a body. */
export interface RefusedBody {
  body: unknown;
  details: readonly ProblemDetail[];
}

/** The problems of the API that are still true for a body: those of values that were not changed since. */
export const remainingDetails = (
  refused: RefusedBody | undefined,
  body: unknown,
): readonly ProblemDetail[] =>
  (refused?.details ?? []).filter(
    ({ path }) =>
      JSON.stringify(valueAt(refused?.body, path)) === JSON.stringify(valueAt(body, path)),
  );

const valueAt = (value: unknown, path: string): unknown =>
  path === ''
    ? value
    : path.split('.').reduce<unknown>((at, name) => {
        if (Array.isArray(at)) return at[Number(name)];
        return isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
      }, value);

/** The paths of a form whose controls are still there, such as those of entries that were not removed from their list. */
export const remainingPaths = (before: readonly string[], now: readonly string[]): string[] =>
  before.filter((path) => now.includes(path) || path.endsWith(OTHERS));

/** The paths that a form shows a control for. */
export const pathsOf = (node: FormNode, value: FormValue, path = ''): string[] => {
  if (isRaw(value)) return [path];
  switch (node.kind) {
    case 'object': {
      const { fields } = value as ObjectValue;
      return [
        path,
        ...node.fields.flatMap((one) =>
          pathsOf(one.node, fields[one.name] ?? emptyValue(one.node), under(path, one.name)),
        ),
      ];
    }
    case 'list': {
      const items = value as FormValue[];
      return [
        path,
        ...items.flatMap((one, index) => pathsOf(node.item, one, under(path, String(index)))),
      ];
    }
    case 'union': {
      const { chosen, options } = value as UnionValue;
      const option = node.options[chosen];
      return option === undefined
        ? [path]
        : [path, ...pathsOf(option, options[chosen] ?? emptyValue(option), path)];
    }
    default:
      return [path];
  }
};
