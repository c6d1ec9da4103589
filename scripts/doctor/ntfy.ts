/** Whether the ntfy server responds. Its address and topic are secrets, so no line contains them. */
import { AppError } from '#lib/platform/errors.ts';
import type { Check, CheckLine } from './check.ts';
import type { StageReader } from './stage-reader.ts';
import type { DoctorTarget } from './target.ts';

export const ntfyCheck = (
  reader: () => Promise<Pick<StageReader, 'ntfyHealth'>>,
  { stage, call, isLocal }: DoctorTarget,
): Check => ({
  name: 'ntfy',
  fix: `${call} with credentials that may call ssm:GetParameter for ntfy-url`,
  run: async () => {
    const { ntfyHealth } = await reader();
    const problem = await problemOf(ntfyHealth);
    const line: CheckLine = { state: 'ok', name: 'ntfy', text: 'the server is healthy' };
    if (problem === undefined) return [line];
    const fix = isLocal
      ? 'make set NAME=ntfy-url, or start make dev again'
      : `wait if the server is down; if the address is wrong: make set NAME=ntfy-url STAGE=${stage}`;
    return [{ ...line, state: 'failed', text: problem, fix }];
  },
});

const problemOf = async (read: StageReader['ntfyHealth']): Promise<string | undefined> => {
  try {
    const { status, body } = await read();
    if (status !== 200) return `the server responds with ${status}`;
    return /"healthy"\s*:\s*true/.test(body) ? undefined : 'the server is not healthy';
  } catch (error) {
    // The cause of a failed connection contains the name of the server, and the message does not.
    if (error instanceof AppError) return error.message;
    throw error;
  }
};
