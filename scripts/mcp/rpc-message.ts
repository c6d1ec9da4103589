import * as z from 'zod/mini';
import type { InputLine } from './input-lines.ts';

const RpcId = z.union([z.string(), z.number()]);
export type RpcId = z.output<typeof RpcId>;

/** Only what the bridge itself reads. The server checks the rest. */
const RpcMessage = z.looseObject({
  id: z.optional(z.nullable(RpcId)),
  method: z.optional(z.string()),
  params: z.optional(z.looseObject({ _meta: z.optional(z.looseObject({})) })),
});
export type RpcMessage = z.output<typeof RpcMessage>;

const RpcError = z.looseObject({ code: z.number(), message: z.string() });
export type RpcError = z.output<typeof RpcError>;

const RpcAnswer = z.looseObject({
  id: z.nullable(RpcId),
  result: z.optional(z.looseObject({})),
  error: z.optional(RpcError),
});
export type RpcAnswer = z.output<typeof RpcAnswer>;

/** Source: JSON-RPC 2.0, section 5.1. `-32000` is free for implementations. */
const CODES = { parse: -32_700, invalidRequest: -32_600, failed: -32_000 };

/** One line of the client. */
export interface ClientLine {
  /** As it was sent. */
  text: string;
  /** Several only in a batch, which the revision 2025-03-26 allows. */
  messages: readonly RpcMessage[];
  /** The ids of the messages that get an answer. */
  ids: readonly RpcId[];
}

/** The messages of a line, or the text of the error that answers it. Neither for an empty line. */
export const parseLine = ({
  text,
  problem,
}: InputLine): { line?: ClientLine; refusal?: string } => {
  if (text === undefined) return { refusal: refusalText('parse', `the line is ${problem}`) };
  if (text.trim() === '') return {};
  const json = parsedJson(text);
  if (json === undefined) return { refusal: refusalText('parse', 'the line is not JSON') };
  const { data: messages } = z.safeParse(
    z.array(RpcMessage).check(z.minLength(1)),
    Array.isArray(json) ? json : [json],
  );
  if (messages === undefined) {
    const sentence = 'the line is not a message of JSON-RPC 2.0';
    return { refusal: refusalText('invalidRequest', sentence, idIn(json)) };
  }
  const ids = messages.flatMap(({ id, method }) =>
    method === undefined || id === undefined || id === null ? [] : [id],
  );
  return { line: { text, messages, ids } };
};

/** The answers in a text of the server. `undefined` when it is not JSON or contains no message. */
export const parseAnswers = (text: string): readonly unknown[] | undefined => {
  const json = parsedJson(text);
  if (typeof json !== 'object' || json === null) return undefined;
  return Array.isArray(json) ? json : [json];
};

/** `undefined` for a message that is not an answer. */
export const answerIn = (message: unknown): RpcAnswer | undefined => {
  const { data } = z.safeParse(RpcAnswer, message);
  return data?.result === undefined && data?.error === undefined ? undefined : data;
};

export const failedAnswer = (id: RpcId, error: RpcError): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error });

/** The error of a request that the bridge could not complete. */
export const failedError = (message: string, status?: number): RpcError => ({
  code: CODES.failed,
  message,
  ...(status === undefined ? {} : { data: { status } }),
});

/** `undefined` when the value is not an error of JSON-RPC. */
export const rpcErrorIn = (value: unknown): RpcError | undefined =>
  z.safeParse(RpcError, value).data;

/** JSON on one line. A line break in JSON is white space, because strings cannot contain one. */
export const onOneLine = (json: string): string => json.trim().replace(/[\r\n]+/g, ' ');

const refusalText = (code: keyof typeof CODES, message: string, id: RpcId | null = null) =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code: CODES[code], message } });

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const idIn = (json: unknown): RpcId | null =>
  z.safeParse(RpcId, (json as { id?: unknown } | null)?.id).data ?? null;
