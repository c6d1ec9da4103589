import type { JsonSchema } from './model.ts';

/** The parts of an OpenAPI document that this project uses. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string; license: object };
  servers: readonly { url: string; description: string }[];
  tags: readonly { name: string; description: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, OpenApiResponse>;
    parameters: Record<string, OpenApiParameter>;
    headers: Record<string, { description: string }>;
    securitySchemes: Record<string, object>;
  };
}

export interface Reference {
  $ref: string;
}

export interface OpenApiParameter {
  name: string;
  in: 'query' | 'path' | 'header';
  required: boolean;
  description: string;
  schema: JsonSchema;
  example: unknown;
}

export type Examples = Record<string, { summary: string; value: unknown }>;

export type Content = Record<string, { schema: JsonSchema; examples?: Examples }>;

export interface OpenApiResponse {
  description: string;
  headers: Record<string, Reference>;
  content?: Content;
  /** The operations on the new resource, by name. */
  links?: Record<string, OpenApiLink>;
}

export interface OpenApiLink {
  operationId: string;
  description: string;
  parameters: Record<string, string>;
}

export interface OpenApiOperation {
  operationId: string;
  tags: readonly string[];
  summary: string;
  description: string;
  security: readonly Record<string, readonly string[]>[];
  /** The required role. An extension of OpenAPI. */
  'x-role': string;
  /** The route of the gateway that serves the operation, if its path has none of its own. An extension of OpenAPI. */
  'x-served-by'?: string;
  parameters: (OpenApiParameter | Reference)[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, OpenApiResponse | Reference>;
}
