import type { FormNode, ObjectNode, UnionNode } from './form-node.ts';
import { isRecord } from './form-schema.ts';

/** The input of a form: one part per node. It can be stored as JSON. */
export type FormValue = string | FormValue[] | ObjectValue | UnionValue | RawValue;

export interface ObjectValue {
  fields: Readonly<Record<string, FormValue>>;
  /** Other properties, as a JSON object. Empty for none. */
  others: string;
  /** Whether it is sent even if nothing is filled in. */
  isGiven: boolean;
}

export interface UnionValue {
  chosen: number;
  /** What was typed into each option, so that another choice loses nothing. */
  options: readonly FormValue[];
}

/** A value that does not fit its control, as JSON. */
export interface RawValue {
  json: string;
}

export const isRaw = (value: FormValue): value is RawValue => isRecord(value) && 'json' in value;

/** The input of a form in which nothing is filled in. */
export const emptyValue = (node: FormNode): FormValue => {
  switch (node.kind) {
    case 'object':
      return {
        fields: Object.fromEntries(node.fields.map((one) => [one.name, emptyValue(one.node)])),
        others: '',
        isGiven: false,
      };
    case 'list':
      return [];
    case 'union':
      return {
        chosen: Math.max(0, node.options.findIndex(isStructured)),
        options: node.options.map(emptyValue),
      };
    case 'choice':
      return node.isRequired && node.values.length === 1 ? JSON.stringify(node.values[0]) : '';
    default:
      return '';
  }
};

const isStructured = (node: FormNode) =>
  node.kind === 'object' || (node.kind === 'json' && node.isObject);

/**
 * The input that stands for a value. `outputOf` returns the value again, with the parts that the form requires and that
 * people cannot choose.
 */
export const inputOf = (node: FormNode, value: unknown): FormValue => {
  if (value === undefined) return emptyValue(node);
  if (!hasKind(node, value)) return { json: indented(value) };
  switch (node.kind) {
    case 'text':
      return value as string;
    case 'number':
    case 'boolean':
      return String(value);
    case 'choice':
      return JSON.stringify(value);
    case 'json':
      return indented(value);
    case 'list':
      return (value as unknown[]).map((one) => inputOf(node.item, one));
    case 'object':
      return objectInput(node, value as Record<string, unknown>);
    case 'union':
      return unionInput(node, value);
  }
};

const objectInput = ({ fields }: ObjectNode, value: Record<string, unknown>): ObjectValue => {
  const others = Object.entries(value).filter(([name]) => !fields.some((one) => one.name === name));
  return {
    fields: Object.fromEntries(
      fields.map(({ name, node }) => [
        name,
        inputOf(node, Object.hasOwn(value, name) ? value[name] : undefined),
      ]),
    ),
    others: others.length === 0 ? '' : indented(Object.fromEntries(others)),
    isGiven: true,
  };
};

const unionInput = ({ options }: UnionNode, value: unknown): UnionValue => {
  const fitting = options.findIndex((one) => fits(one, value));
  const chosen = fitting < 0 ? options.findIndex((one) => hasKind(one, value)) : fitting;
  return {
    chosen,
    options: options.map((one, index) =>
      index === chosen ? inputOf(one, value) : emptyValue(one),
    ),
  };
};

/** Whether the control of a node can show the value. */
const hasKind = (node: FormNode, value: unknown): boolean => {
  switch (node.kind) {
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return node.values.some((one) => JSON.stringify(one) === JSON.stringify(value));
    case 'list':
      return Array.isArray(value) && value.length > 0;
    case 'object':
      return isRecord(value);
    case 'union':
      return node.options.some((one) => hasKind(one, value));
    case 'json':
      return true;
  }
};

/** Whether the controls of a node and of all nodes inside can show the value. */
const fits = (node: FormNode, value: unknown): boolean => {
  if (!hasKind(node, value)) return false;
  if (node.kind === 'json') return !node.isObject || isRecord(value);
  if (node.kind === 'list') return (value as unknown[]).every((one) => fits(node.item, one));
  if (node.kind !== 'object') return true;
  const properties = value as Record<string, unknown>;
  const names = node.fields.map(({ name }) => name);
  return (
    (node.isOpen || Object.keys(properties).every((name) => names.includes(name))) &&
    node.fields.every(({ name, node: field }) =>
      Object.hasOwn(properties, name) ? fits(field, properties[name]) : !field.isRequired,
    )
  );
};

const indented = (value: unknown): string => JSON.stringify(value, null, 2);
