/**
 * Decides an approval of the running platform, or of a stage: `make approve ID=… STAGE=…`, `make deny ID=… REASON="…"`.
 * The first argument is `approve` or `deny`.
 */

import * as z from 'zod/mini';
import { callApi } from './call-api.ts';
import { command } from './command.ts';
import { line } from './printable.ts';
import { readStage } from './stages.ts';
import { type TargetPlatform, targetPlatform } from './target-platform.ts';
import { variables } from './variables.ts';

const DecidedApproval = z.object({ status: z.string(), title: z.string(), message_id: z.string() });

const main = async () => {
  const verb = z.parse(z.enum(['approve', 'deny']), process.argv[2]);
  const { ID, REASON, STAGE } = variables();
  if (!ID) {
    throw new Error(
      `ID is missing: make ${verb} ID=… [REASON="…"] [STAGE=…]; \`make approvals\` lists the ids`,
    );
  }
  const stage = readStage(STAGE, `make ${verb} ID=…`);
  await sendDecision(await targetPlatform(stage), { verb, id: ID, reason: REASON });
};

/** Decides an approval and prints what became of it. @throws Error when it is decided or expired already */
export const sendDecision = async (
  platform: TargetPlatform,
  { verb, id, reason }: { verb: 'approve' | 'deny'; id: string; reason: string | undefined },
): Promise<void> => {
  const call = {
    ...platform,
    path: `/api/approvals/${encodeURIComponent(id)}/${verb}`,
    body: reason ? { reason } : {},
  };
  const { status, title, message_id } = await callApi(call, DecidedApproval);
  console.log(line`${status}: ${title}`);
  console.log(line`its run: ${platform.apiUrl}/api/messages/${message_id}/run`);
};

if (import.meta.main) await command(main);
