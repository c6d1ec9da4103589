import * as z from 'zod/mini';
import { operation } from '#handlers/web-api/operation.ts';
import { requireMessage, requireUnconfirmed } from '#lib/entry/require-message.ts';
import { runTree } from '#lib/messages/run-tree.ts';
import { ReasonText } from '#lib/platform/text.ts';
import { shownMessage } from './read-messages.ts';

/** The run of a message as a tree. Every message of the run returns the same tree. */
export const getRun = operation({}, async ({ params }, { find, findRun }) => {
  const { members, isCut } = await findRun(await requireMessage(params.id ?? '', find));
  return { status: 200, body: { ...runTree(members), truncated: isCut } };
});

const RedriveBody = z.strictObject({ reason: ReasonText });

/** Redrives a failed message. The row records the caller and the reason. */
export const postRedrive = operation(
  { body: RedriveBody },
  async ({ params, body, caller, log }, { find, effects, redrive }) => {
    const failed = await requireMessage(params.id ?? '', find);
    await requireUnconfirmed(failed, effects.find);
    const { id } = failed;
    const message = await redrive(id, { by: caller, reason: body.reason }, log);
    const { message_type } = message;
    return {
      status: 202,
      headers: { Location: `/api/messages/${id}` },
      body: shownMessage(message),
      logged: { message_id: id, message_type },
    };
  },
);
