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

/** The description of a property. Other keywords are added to its schema, or replace those of the schema. */
export type PropertyText = string | (JsonSchema & { description: string });

/** Texts by the path of the property: `pagination.cursor`, `fires[].utc`, `checks.*`. */
export type PropertyTexts = Readonly<Record<string, PropertyText>>;

/** A schema with a name in the contract. */
export interface Shape {
  name: string;
  description: string;
  schema: z.ZodMiniType;
  properties: PropertyTexts;
  example: unknown;
  /** Shapes that the schema refers to. */
  parts?: readonly Shape[];
  /** Keywords that are added to the generated schema, or replace those of it. */
  more?: JsonSchema;
}

/** A parameter of the query, the path or the header. `schema` is added to its schema, or replaces keywords of it. */
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
  /** The name and texts of the body. Its schema is that of the operation. */
  shape: Omit<Shape, 'schema' | 'example'>;
  /** Replaces the schema of the operation, if the operation validates with more than one schema. */
  schema?: z.ZodMiniType;
  examples: Readonly<Record<string, RequestExample>>;
}

export interface ResponseText {
  description: string;
  headers?: readonly HeaderName[];
  /** Absent: the response has no body. */
  content?:
    | { shape: Shape; example?: unknown }
    | { type: string; schema: JsonSchema; example: unknown };
}

/** The texts and responses of an operation. Its route and its schemas are in the code. */
export interface OperationContract {
  tag: Tag;
  summary: string;
  description: string;
  path?: Readonly<Record<string, ParameterText>>;
  query?: Readonly<Record<string, ParameterText>>;
  headers?: Readonly<Record<string, ParameterText>>;
  body?: BodyText;
  responses: Readonly<Record<number, ResponseText>>;
  /** Its own error codes. `errors.ts` adds those of every operation of its kind. */
  errors?: readonly ApiErrorCode[];
  /** A public operation that returns more to a signed-in caller. */
  optionalSignIn?: true;
}

/** The groups of operations, in the order of the document. */
export const TAGS = {
  messages: 'Create, list and redrive messages. A message is a unit of work.',
  actions: 'Call outside services, and see what they returned.',
  schedules: 'Create messages at certain times.',
  identity: 'Sign in and sign out.',
  platform: 'Health, state, metrics, feature flags and this contract.',
} as const;
export type Tag = keyof typeof TAGS;
