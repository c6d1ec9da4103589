/** What every kind has. */
export interface NodeBase {
  /** What people read beside the control. */
  label: string;
  /** What the value is for, from the description of the schema. */
  help: string | undefined;
  /** The limits of the value in words. */
  limits: readonly string[];
  isRequired: boolean;
}

export interface TextNode extends NodeBase {
  kind: 'text';
  /** `date-time` and `date` have controls of their own. */
  format: string | undefined;
  isLong: boolean;
  minLength: number;
  maxLength: number;
  patterns: readonly string[];
}

export interface NumberNode extends NodeBase {
  kind: 'number';
  isInteger: boolean;
  minimum: number;
  maximum: number;
}

export interface BooleanNode extends NodeBase {
  kind: 'boolean';
}

/** One of several values. With a single value, there is nothing to choose. */
export interface ChoiceNode extends NodeBase {
  kind: 'choice';
  values: readonly unknown[];
}

export interface ObjectNode extends NodeBase {
  kind: 'object';
  fields: readonly NamedNode[];
  /** Whether it may have other properties. */
  isOpen: boolean;
}

export interface NamedNode {
  name: string;
  node: FormNode;
}

export interface ListNode extends NodeBase {
  kind: 'list';
  item: FormNode;
  minItems: number;
  maxItems: number;
}

/** A value of one of several shapes. */
export interface UnionNode extends NodeBase {
  kind: 'union';
  options: readonly FormNode[];
}

/** A value without a known shape, written as JSON. */
export interface JsonNode extends NodeBase {
  kind: 'json';
  isObject: boolean;
}

/** What a form shows for a part of a schema. */
export type FormNode =
  | TextNode
  | NumberNode
  | BooleanNode
  | ChoiceNode
  | ObjectNode
  | ListNode
  | UnionNode
  | JsonNode;
