import * as z from 'zod/mini';
import type { RpcMessage } from './rpc-message.ts';

/** What the bridge remembers of the answers. */
export interface ClientSession {
  /** The revision that `initialize` negotiated. */
  revision: () => string | undefined;
  /** Whether sending the message twice changes nothing. */
  isRead: (message: RpcMessage) => boolean;
  /** Reads the result of a request. */
  learn: (request: RpcMessage, result: unknown) => void;
}

const READS: readonly string[] = ['initialize', 'ping', 'tools/list', 'server/discover'];

const Initialized = z.looseObject({ protocolVersion: z.string().check(z.regex(/^[\w.-]{1,32}$/)) });
const Listed = z.looseObject({
  tools: z.array(
    z.looseObject({
      name: z.string(),
      annotations: z.optional(z.looseObject({ readOnlyHint: z.optional(z.boolean()) })),
    }),
  ),
});

export const clientSession = (): ClientSession => {
  let revision: string | undefined;
  const readOnly = new Set<unknown>();
  return {
    revision: () => revision,
    isRead: ({ method = '', params }) =>
      method === 'tools/call' ? readOnly.has(params?.name) : READS.includes(method),
    learn: ({ method }, result) => {
      if (method === 'initialize') {
        revision = z.safeParse(Initialized, result).data?.protocolVersion ?? revision;
      }
      if (method !== 'tools/list') return;
      for (const { name, annotations } of z.safeParse(Listed, result).data?.tools ?? []) {
        if (annotations?.readOnlyHint === true) readOnly.add(name);
        else readOnly.delete(name);
      }
    },
  };
};
