/**
 * Runs an operation of an action and prints the answer: `make act ACTION=weather.get_forecast INPUT='{"days":2}'`. Without
 * ACTION, it prints the list of operations.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { callApi } from './call-api.ts';
import { command } from './command.ts';
import {
  type FollowedMessage,
  FollowedMessageFields,
  followMessage,
  hasEnded,
} from './follow-message.ts';
import { line, printableLines } from './printable.ts';
import { readStage } from './stages.ts';
import { type TargetPlatform, targetPlatform } from './target-platform.ts';
import { variables } from './variables.ts';

/** How long the API waits for the end of the run. Seconds. */
const WAIT_SECONDS = 25;
/** How long the command waits after that. Milliseconds. */
const FOLLOW_MS = 120_000;

const USAGE =
  'make act ACTION=weather.get_forecast INPUT=\'{"days":2}\' [DRY_RUN=1] [NOTIFY=0] [STAGE=…]';

const ListedOperation = z.object({
  action: z.string(),
  operation: z.string(),
  aliases: z.optional(z.array(z.string())),
  title: z.string(),
  /** Only of an endpoint: the property `endpoint` of the input. */
  endpoint: z.optional(z.string()),
});
type ListedOperation = z.output<typeof ListedOperation>;
const ListedOperations = z.object({ data: z.array(ListedOperation) });

export interface Act {
  /** Action and operation with a dot between them. Without the operation, the first one of the action. Empty: the list. */
  name: string;
  input: unknown;
  isDryRun: boolean;
  /** Whether the result is pushed, too. */
  notifies: boolean;
}

const main = async () => {
  const given = variables();
  const act = {
    name: given.ACTION ?? '',
    input: parseInput(given.INPUT || '{}'),
    isDryRun: readSwitch('DRY_RUN', given.DRY_RUN, false),
    notifies: readSwitch('NOTIFY', given.NOTIFY, true),
  };
  const stage = readStage(given.STAGE, 'make act ACTION=…');
  await runAct(await targetPlatform(stage), act);
};

/** A misspelt switch must not run what should have been a dry run. */
const readSwitch = (name: string, text = '', unset: boolean): boolean => {
  if (text === '') return unset;
  if (text !== '0' && text !== '1') throw new Error(line`${name} must be 0 or 1: ${USAGE}`);
  return text === '1';
};

const parseInput = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(line`INPUT is not valid JSON: ${USAGE}`, { cause });
  }
};

/**
 * Runs an operation. The summary and the data go to the standard output, the progress to the standard error.
 * @throws Error with the list of operations for an unknown name, and with the reason when the run fails
 */
export const runAct = async (
  platform: TargetPlatform,
  { name, input, isDryRun, notifies }: Act,
): Promise<void> => {
  const { data } = await callApi({ ...platform, path: '/api/actions' }, ListedOperations);
  if (name === '') {
    console.error(USAGE);
    console.log(listOf(data));
    return;
  }
  const found = findListed(name, data);
  if (found === undefined) throw unknownActionError(name, data);

  const query = new URLSearchParams({
    wait: String(WAIT_SECONDS),
    ...(isDryRun ? { dry_run: 'true' } : {}),
    ...(notifies ? {} : { notify: 'false' }),
  });
  const path = `/api/actions/${encodeURIComponent(found.action)}/${encodeURIComponent(found.operation)}`;
  const call = {
    ...platform,
    path: `${path}?${query}`,
    body: input,
    // Required for what cannot be undone.
    idempotencyKey: randomUUID(),
  };
  const message = await callApi(call, FollowedMessageFields);
  console.error(line`message ${message.id}`);
  const follow = { ...platform, what: 'message', endMs: Date.now() + FOLLOW_MS };
  const ended = hasEnded(message)
    ? message
    : await followMessage(message.id, { ...follow, print: console.error });
  printEnd(ended);
};

const findListed = (
  name: string,
  listed: readonly ListedOperation[],
): ListedOperation | undefined => {
  const [action, operation] = name.split('.');
  return listed.find(
    (one) =>
      one.action === action &&
      (operation === undefined ||
        one.operation === operation ||
        one.aliases?.includes(operation) === true),
  );
};

/** One line for each operation. */
const listOf = (listed: readonly ListedOperation[]): string => {
  const names = listed.map(({ action, operation, endpoint }) =>
    endpoint === undefined ? `${action}.${operation}` : `${action}.${operation} ${endpoint}`,
  );
  const width = Math.max(0, ...names.map((each) => each.length));
  return listed
    .map(({ title }, n) => line`  ${(names[n] ?? '').padEnd(width)}  ${title}`)
    .join('\n');
};

const unknownActionError = (name: string, listed: readonly ListedOperation[]): Error =>
  new Error(
    [line`there is no action ${name}: ${USAGE}`, 'The actions:', listOf(listed)].join('\n'),
  );

const printEnd = ({
  id,
  status,
  result = {},
  error_code = '',
  error_message = '',
}: FollowedMessage) => {
  if (status === 'failed') throw new Error(line`${id} failed (${error_code}: ${error_message})`);
  const { summary, data, truncated } = result;
  if (typeof summary === 'string') console.log(printableLines(summary));
  if (data !== undefined) console.log(printableLines(`\n${JSON.stringify(data, undefined, 2)}`));
  if (truncated === true) {
    console.log(line`\nthe data is too long to show: GET /api/messages/${id}/results`);
  }
};

if (import.meta.main) await command(main);
