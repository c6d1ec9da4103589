import * as z from 'zod/mini';
import { requireMessage } from '#lib/entry/require-message.ts';
import { type RunNode, runTree } from '#lib/messages/run-tree.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { defineDirectTool } from '#lib/tools/direct-tool.ts';
import { shownData, shownText } from '#lib/tools/shown-text.ts';
import { MESSAGE_ROW, messageLine, messageRow } from './message-row.ts';

const MAX = 100;

const RunMessage = z.strictObject({
  ...MESSAGE_ROW,
  ...describedShape(
    { parent_id: z.optional(z.string()), depth: z.int() },
    {
      parent_id: 'The message that created it.',
      depth: 'The number of messages above it in the tree.',
    },
  ),
});

const OUTPUT = describedShape(
  {
    status: z.enum(['open', 'completed', 'failed']),
    started_at: z.string(),
    ended_at: z.optional(z.string()),
    messages: z.array(RunMessage),
    truncated: z.boolean(),
    summary: z.optional(z.string()),
    data: z.optional(z.unknown()),
  },
  {
    status: 'open until every message is completed or failed; then failed if any has failed.',
    started_at: 'When the first message was created. ISO 8601, UTC.',
    ended_at: 'When the last message ended. ISO 8601, UTC. Absent while the run is open.',
    messages:
      'The messages of the run, each one directly after its parent and before its siblings.',
    truncated: 'Whether messages are missing, because the run has more.',
    summary: 'The complete result of the message in the input, for people.',
    data: 'The result of the message in the input, as data. Texts in it may come from other services.',
  },
);

/** `get_run` */
export const getRunTool = defineDirectTool({
  name: 'get_run',
  title: 'Show a run',
  description: `Shows a message with everything that led to it and that it led to: at most ${MAX} messages as a tree, with their statuses and errors, and the result of the message. Call it to follow a message that a tool has created. While a message waits for an approval, it shows where a person decides.`,
  role: 'viewer',
  hint: 'read',
  isIdempotent: true,
  isOpenWorld: true,
  input: z.strictObject({
    message_id: z
      .string()
      .check(z.describe('Any message of the run, such as msg_20260301120000_7ZK3V9Q2M4T8XB1C.')),
  }),
  output: z.strictObject(OUTPUT),
  answer: async ({ message_id }, _call, { find, findRun }) => {
    const message = await requireMessage(message_id, find);
    const { members, isCut } = await findRun(message);
    const { root, others, status, started_at, ended_at } = runTree(members);
    const all = [root, ...others].flatMap((node) => flat(node, 0));
    const messages = all.slice(0, MAX);
    const truncated = isCut || all.length > MAX;
    const { summary, data } = message.result ?? {};
    const shown = typeof summary === 'string' ? shownText(summary) : undefined;
    return {
      text: [
        `The run is ${status}.`,
        ...messages.map((row) => `${'  '.repeat(row.depth)}- ${messageLine(row)}`),
        ...(truncated ? ['More messages are not shown.'] : []),
        ...(shown === undefined ? [] : [`Result of ${message.id}:`, shown]),
      ].join('\n'),
      data: {
        status,
        started_at,
        ...(ended_at === null ? {} : { ended_at }),
        messages,
        truncated,
        ...(shown === undefined ? {} : { summary: shown }),
        ...(data === undefined ? {} : { data: shownData(data) }),
      },
    };
  },
});

/** A node and those below it, as rows. */
const flat = (node: RunNode, depth: number): z.output<typeof RunMessage>[] => [
  {
    ...messageRow(node),
    ...(node.parent_id === undefined ? {} : { parent_id: node.parent_id }),
    depth,
  },
  ...node.children.flatMap((child) => flat(child, depth + 1)),
];
