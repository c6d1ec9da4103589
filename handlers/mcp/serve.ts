import { allows } from '#lib/identity/roles.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { shortKey } from '#lib/platform/json.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { Tool } from '#lib/tools/tool.ts';
import type { ToolRegistry } from '#lib/tools/tool-registry.ts';
import { assistantOf, type CallToolDeps, callTool } from './call-tool.ts';
import { REVISION_HEADER } from './negotiated-headers.ts';
import type { Respond } from './protocol.ts';
import type { McpRequest, McpResponse } from './route.ts';

export interface ToolServerDeps extends CallToolDeps {
  /** Never rejects: without the endpoints, when they cannot be read. */
  tools: (log: Logger) => Promise<ToolRegistry>;
  /** @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
  countCalls: (sub: string, count: number, nowMs: number) => Promise<number>;
  /** Exact origins of pages that may call the server. */
  origins: readonly string[];
  respond: Respond;
}

/** The calls of a user in one minute. */
const MAX_CALLS = 60;
/** The revision with batches, and the messages in one of them. */
const BATCH_REVISION = '2025-03-26';
const MAX_BATCH = 20;

/** `POST /mcp`: answers the requests of an MCP client for the person who signed in. */
export const serve = async (request: McpRequest, deps: ToolServerDeps): Promise<McpResponse> => {
  requireOrigin(request, deps.origins);
  const messages = Array.isArray(request.body) ? request.body : [request.body];
  if (Array.isArray(request.body)) requireBatch(request);
  await requireRate(request, messages.length, deps);
  const registry = await deps.tools(request.log);
  for (const message of messages) {
    const tool = toolIn(message, registry);
    if (tool !== undefined) requireRole(tool, request);
  }
  const roles = request.user?.roles ?? [];
  return deps.respond(request, {
    list: () => registry.list(roles),
    call: async (name, given) => {
      const tool = registry.find(name);
      if (tool === undefined) throw unknownToolError(name, request);
      // The protocol reads the body itself, so what was checked above need not be what it calls.
      requireRole(tool, request);
      return callTool(tool, given, request, deps);
    },
  });
};

/** The revisions after 2025-03-26 have no batches. A request without the header may be of that revision. */
const requireBatch = ({ body, headers }: McpRequest): void => {
  const { [REVISION_HEADER]: revision = BATCH_REVISION } = headers;
  if (revision !== BATCH_REVISION) {
    throw new AppError(
      'invalid',
      'REQUEST_MALFORMED',
      `only the revision ${BATCH_REVISION} has batches: send one message at a time`,
    );
  }
  if ((body as unknown[]).length > MAX_BATCH) {
    throw new AppError('invalid', 'REQUEST_MALFORMED', `a batch has at most ${MAX_BATCH} messages`);
  }
};

/** A page of a foreign site must not use the token of a client on the same machine. */
const requireOrigin = ({ headers: { origin } }: McpRequest, allowed: readonly string[]): void => {
  if (origin === undefined || allowed.includes(origin)) return;
  throw new AppError(
    'unauthorized',
    'ORIGIN_REFUSED',
    'pages of this origin may not call the server',
  );
};

/** A counter that cannot be written must not stop the calls: the gateway limits all of them together. */
const requireRate = async (
  { user, log }: McpRequest,
  count: number,
  { countCalls, clock }: ToolServerDeps,
): Promise<void> => {
  const nowMs = clock.now();
  try {
    if ((await countCalls(user?.sub ?? '', count, nowMs)) <= MAX_CALLS) return;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log.warn({ err: error }, 'calls of a user not counted');
    return;
  }
  throw new AppError('unavailable', 'RATE_LIMIT_EXCEEDED', 'at most 60 calls a minute', {
    retryAfterMs: MINUTE_MS - (nowMs % MINUTE_MS),
  });
};

/** The tool that a message calls. */
const toolIn = (message: unknown, registry: ToolRegistry): Tool | undefined => {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } };
  const name = method === 'tools/call' ? params?.name : undefined;
  return typeof name === 'string' ? registry.find(name) : undefined;
};

/** The protocol has no answer for a missing role, so the request is refused before it. */
const requireRole = (tool: Tool, request: McpRequest): void => {
  if (allows(request.user?.roles ?? [], tool.role)) return;
  request.log.info(
    { tool: tool.name, caller: assistantOf(request), outcome: 'forbidden' },
    'tool called',
  );
  throw new AppError('unauthorized', 'FORBIDDEN', `your role does not allow ${tool.name}`);
};

const unknownToolError = (name: string, request: McpRequest): AppError => {
  request.log.info({ caller: assistantOf(request), outcome: 'unknown' }, 'tool called');
  const problem = `${shortKey(name)} is not a tool`;
  return new AppError('invalid', 'UNKNOWN_TOOL', 'there is no such tool; tools/list shows all', {
    details: [{ path: 'name', problem }],
  });
};
