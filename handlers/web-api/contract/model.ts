import type * as z from 'zod/mini';
import type { ApiErrorCode } from '#middleware/http-errors.ts';
import type { HeaderName } from './headers.ts';

/** A JSON Schema, or a part of one. */
export interface JsonSchema {
  [keyword: string]: unknown;
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  additionalProperties?: JsonSchema | boolean;
}

/** What a reader has to know of a property; what stands beside the description is added to its schema, or replaces it there. */
export type PropertyText = string | (JsonSchema & { description: string });

/** Texts by the path of their property: `pagination.cursor`, `fires[].utc`, `checks.*`. */
export type PropertyTexts = Readonly<Record<string, PropertyText>>;

/** A schema that has a name in the contract. */
export interface Shape {
  name: string;
  description: string;
  schema: z.ZodMiniType;
  properties: PropertyTexts;
  example: unknown;
  /** Shapes that the schema refers to. */
  parts?: readonly Shape[];
  /** Added to the schema that is generated, or replacing it there. */
  more?: JsonSchema;
}

/** A parameter of the query, the path or the header. What stands beside is added to its schema, or replaces it there. */
export interface ParameterText {
  description: string;
  example: unknown;
  schema?: JsonSchema;
}

export interface RequestExample {
  summary: string;
  value: unknown;
}

export interface BodyText {
  /** The schema is the operation's own; its name and texts are given here. */
  shape: Omit<Shape, 'schema' | 'example'>;
  /** Where the operation checks by more than one schema: what it checks by. */
  schema?: z.ZodMiniType;
  examples: Readonly<Record<string, RequestExample>>;
}

export interface ResponseText {
  description: string;
  headers?: readonly HeaderName[];
  /** Absent: the answer has no body. */
  content?:
    | { shape: Shape; example?: unknown }
    | { type: string; schema: JsonSchema; example: unknown };
}

/** Everything that is said of an operation beside its route and its schemas. */
export interface OperationContract {
  tag: Tag;
  summary: string;
  description: string;
  path?: Readonly<Record<string, ParameterText>>;
  query?: Readonly<Record<string, ParameterText>>;
  headers?: Readonly<Record<string, ParameterText>>;
  body?: BodyText;
  responses: Readonly<Record<number, ResponseText>>;
  /** Beside those that every operation of its role and kind can answer; `errors.ts` adds them. */
  errors?: readonly ApiErrorCode[];
  /** A public operation that knows more for who has signed in. */
  optionalSignIn?: true;
}

/** The groups of operations, in the order in which they are read. */
export const TAGS = {
  messages: 'Work to be done: create it, list it, look at one.',
  schedules: 'When messages are created by themselves.',
  identity: 'Signing in and out.',
  platform: 'The platform about itself: health, and this contract.',
} as const;
export type Tag = keyof typeof TAGS;
