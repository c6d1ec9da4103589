import type { FormNode } from './form-node.ts';
import { isRecord } from './form-schema.ts';
import {
  emptyValue,
  type FormValue,
  isRaw,
  type ObjectValue,
  type UnionValue,
} from './form-value.ts';

/**
 * The value that the input stands for; `undefined` when nothing is filled in. Call `problemsIn` first: a text that is not
 * what its control needs is left out.
 */
export const outputOf = (node: FormNode, value: FormValue): unknown => {
  if (isRaw(value)) return parsedJson(value.json);
  switch (node.kind) {
    case 'text':
      return value === '' ? undefined : value;
    case 'number':
      return value === '' ? undefined : Number(value);
    case 'boolean':
      return value === '' ? undefined : value === 'true';
    case 'choice':
    case 'json':
      return parsedJson(value as string);
    case 'list': {
      const items = (value as FormValue[]).map((one) => outputOf(node.item, one));
      return items.length > 0 || (node.isRequired && node.minItems === 0) ? items : undefined;
    }
    case 'object': {
      const { fields, others, isGiven } = value as ObjectValue;
      const named = node.fields.map((one) => [
        one.name,
        outputOf(one.node, fields[one.name] ?? emptyValue(one.node)),
      ]);
      const entries = named.filter(([, output]) => output !== undefined);
      const more = parsedJson(others);
      const output = { ...(isRecord(more) ? more : {}), ...Object.fromEntries(entries) };
      return isGiven || node.isRequired || Object.keys(output).length > 0 ? output : undefined;
    }
    case 'union': {
      const { chosen, options } = value as UnionValue;
      const option = node.options[chosen];
      if (option === undefined) return undefined;
      return outputOf(
        { ...option, isRequired: node.isRequired },
        options[chosen] ?? emptyValue(option),
      );
    }
  }
};

/** The value of a JSON text; `undefined` for an empty text and for one that is not JSON. */
export const parsedJson = (text: string): unknown => {
  try {
    return text.trim() === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};
