import type { Message } from './message.ts';
import { isTerminal } from './transitions.ts';

type Input = 'payload' | 'arguments' | 'auth_config';

/** A message without its input. */
export type RunMember = {
  [Name in keyof Message as Name extends Input ? never : Name]: Message[Name];
};

export type RunNode = RunMember & {
  message_id: string;
  /** From its creation to the start of its last run; `null` before that. Milliseconds. */
  waited_ms: number | null;
  /** The duration of its last run; `null` before its end. Milliseconds. */
  duration_ms: number | null;
  children: RunNode[];
};

export interface RunTree {
  correlation_id: string;
  /** `open` while a message is not terminal, then `failed` if one failed, else `completed`. */
  status: 'open' | 'completed' | 'failed';
  /** ISO 8601. */
  started_at: string;
  /** When the last message ended; `null` while the run is open. ISO 8601. */
  ended_at: string | null;
  /** From start to end. Milliseconds. */
  duration_ms: number | null;
  count: number;
  /** The first message of the run. */
  root: RunNode;
  /** Messages without a parent here: the parent is deleted or not seen yet, or the correlation id was used again. */
  others: RunNode[];
}

/** The part of a message that its run shows. */
export const memberOf = (message: Message): RunMember => {
  const { payload: _payload, arguments: _arguments, auth_config: _auth, ...member } = message;
  return member;
};

/**
 * The messages of one run as a tree: each message once, under its parent if the parent is a member, the oldest first.
 * The order of the members does not matter.
 * @param members at least one
 */
export const runTree = (members: readonly [RunMember, ...RunMember[]]): RunTree => {
  const nodes = new Map([...members].sort(byAge).map((member) => [member.id, nodeOf(member)]));
  const tops: RunNode[] = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.parent_id ?? '');
    // A child has one hop more than its parent. Without this check, wrong rows could form a cycle.
    if (parent !== undefined && parent.hop_count < node.hop_count) parent.children.push(node);
    else tops.push(node);
  }
  const all = [...nodes.values()];
  const root =
    tops.find(({ parent_id }) => parent_id === undefined) ?? tops[0] ?? nodeOf(members[0]);
  const status = statusOf(all);
  const started_at = all.map(({ created_date }) => created_date).sort()[0] ?? root.created_date;
  const ended_at = status === 'open' ? null : lastEnd(all);
  return {
    correlation_id: root.correlation_id,
    status,
    started_at,
    ended_at,
    duration_ms: between(started_at, ended_at),
    count: all.length,
    root,
    others: tops.filter((node) => node !== root),
  };
};

const byAge = (a: RunMember, b: RunMember): number =>
  compare(a.created_date, b.created_date) || compare(a.id, b.id);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const nodeOf = (member: RunMember): RunNode => {
  const { id, created_date, processing_started_at, processing_completed_at } = member;
  return {
    message_id: id,
    ...member,
    waited_ms: between(created_date, processing_started_at),
    duration_ms: between(processing_started_at, processing_completed_at),
    children: [],
  };
};

const statusOf = (nodes: readonly RunNode[]): RunTree['status'] => {
  if (!nodes.every(({ status }) => isTerminal(status))) return 'open';
  return nodes.some(({ status }) => status === 'failed') ? 'failed' : 'completed';
};

const lastEnd = (nodes: readonly RunNode[]): string | null =>
  nodes
    .map(({ processing_completed_at }) => processing_completed_at ?? '')
    .sort()
    .at(-1) || null;

/** At least 0, because the clocks of functions differ a little. */
const between = (from: string | undefined, to: string | null | undefined): number | null =>
  from === undefined || !to ? null : Math.max(0, Date.parse(to) - Date.parse(from));
