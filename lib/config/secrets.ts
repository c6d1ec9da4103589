import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { stageCommand } from '#lib/platform/stage-command.ts';

/** A secret that was read from Secrets Manager. */
export interface StoredSecret {
  /** The parsed JSON of the secret, or its text if it is not JSON. */
  value: unknown;
  /** Whether the value was read by an earlier call, so that it may have been replaced since. */
  isCached: boolean;
}

/**
 * Reads a secret by its short name, such as `golf/credentials`.
 * @param maxAgeMs a value that was read longer ago than this is read again. Milliseconds
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the secret has no value, or was never read. The message
 * contains the command that sets it
 */
export type ReadSecret = (name: string, maxAgeMs?: number) => Promise<StoredSecret>;

/** The name of a secret of this stage in Secrets Manager. */
export const secretId = (name: string): string => `rez-agent/${name}-${stage}`;

/** The error for a secret that an operator has to set. `problem` contains no part of its value. */
export const secretError = (name: string, problem: string): AppError =>
  new AppError(
    'unavailable',
    'CONFIG_UNAVAILABLE',
    `secret ${name} ${problem}: set it with ${stageCommand(`make secret NAME=${name}`, stage)}`,
    { retryable: false },
  );

/** The error for a secret that was never read. */
export const unreadableSecretError = (name: string, cause: unknown): AppError =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', `secret ${name} cannot be read`, {
    cause,
    retryable: false,
  });
