import type { ProblemDetail } from '#handlers/web/app/api/api-error.ts';
import { countText } from '#handlers/web/app/format/number.ts';
import type { FormNode, NumberNode, ObjectNode, TextNode } from './form-node.ts';
import { outputOf, parsedJson } from './form-output.ts';
import { isRecord } from './form-schema.ts';
import {
  emptyValue,
  type FormValue,
  isRaw,
  type ObjectValue,
  type UnionValue,
} from './form-value.ts';
import { mismatchText } from './limit-texts.ts';

/** The problems that need no answer of the API, with the same paths as its `details`. */
export const problemsIn = (node: FormNode, value: FormValue, path = ''): ProblemDetail[] => {
  const at = (problem: string | undefined): ProblemDetail[] =>
    problem === undefined ? [] : [{ path, problem }];
  if (isRaw(value)) return at(jsonProblem(value.json));
  const output = outputOf(node, value);
  switch (node.kind) {
    case 'object':
      return output === undefined ? [] : objectProblems(node, value as ObjectValue, path);
    case 'union': {
      const { chosen, options } = value as UnionValue;
      const option = node.options[chosen];
      if (option === undefined) return at('is required');
      return problemsIn(
        { ...option, isRequired: node.isRequired },
        options[chosen] ?? emptyValue(option),
        path,
      );
    }
    case 'list': {
      const items = value as FormValue[];
      const counted =
        items.length > node.maxItems
          ? `has more than ${countText(node.maxItems)} entries`
          : items.length < node.minItems && (node.isRequired || items.length > 0)
            ? `has fewer than ${countText(node.minItems)} entries`
            : undefined;
      return [
        ...at(counted),
        ...items.flatMap((one, index) => problemsIn(node.item, one, under(path, String(index)))),
      ];
    }
    case 'json': {
      const text = value as string;
      if (text.trim() === '') return at(node.isRequired ? 'is required' : undefined);
      return at(
        jsonProblem(text) ?? (node.isObject && !isRecord(output) ? 'must be an object' : undefined),
      );
    }
    default:
      if (value === '') return at(node.isRequired ? 'is required' : undefined);
      if (node.kind === 'text') return at(textProblem(node, value as string));
      return at(node.kind === 'number' ? numberProblem(node, value as string) : undefined);
  }
};

/** The path of a part. */
export const under = (path: string, name: string): string =>
  path === '' ? name : `${path}.${name}`;

const objectProblems = (node: ObjectNode, value: ObjectValue, path: string): ProblemDetail[] => {
  const others = parsedJson(value.others);
  const problems = node.fields.flatMap((one) =>
    problemsIn(one.node, value.fields[one.name] ?? emptyValue(one.node), under(path, one.name)),
  );
  if (value.others.trim() === '') return problems;
  const taken = isRecord(others)
    ? Object.keys(others).find((name) => node.fields.some((one) => one.name === name))
    : undefined;
  const problem =
    jsonProblem(value.others) ??
    (isRecord(others) ? undefined : 'must be an object') ??
    (taken === undefined ? undefined : `has the property “${taken}”, which has its own field`);
  return problem === undefined ? problems : [...problems, { path: under(path, OTHERS), problem }];
};

/** The last part of the path of problems of other properties. No property has this name, because of the space. */
export const OTHERS = 'other properties';

const jsonProblem = (text: string): string | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
};

const textProblem = (node: TextNode, text: string): string | undefined => {
  // The API counts UTF-16 code units, as JavaScript does.
  if (text.length > node.maxLength) return `has more than ${countText(node.maxLength)} characters`;
  if (text.length < node.minLength) return `has fewer than ${countText(node.minLength)} characters`;
  const isDate = node.format === 'date' || node.format === 'date-time';
  if (isDate) return Number.isNaN(Date.parse(text)) ? 'is not a date' : undefined;
  const broken = node.patterns.find((pattern) => regExpOf(pattern)?.test(text) === false);
  return broken === undefined ? undefined : mismatchText(broken);
};

/** `undefined` for a pattern that this browser does not know. The API checks it in any case. */
const regExpOf = (pattern: string): RegExp | undefined => {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
};

const numberProblem = (node: NumberNode, text: string): string | undefined => {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) return 'must be a number';
  if (node.isInteger && !Number.isInteger(number)) return 'must be a whole number';
  if (number < node.minimum) return `must be at least ${countText(node.minimum)}`;
  return number > node.maximum ? `must be at most ${countText(node.maximum)}` : undefined;
};
