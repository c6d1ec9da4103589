import { AppError } from '#lib/platform/errors.ts';
import { messageOf } from '#scripts/command.ts';

/** One line of the report. */
export interface CheckLine {
  state: 'ok' | 'warning' | 'failed';
  /** What was checked. */
  name: string;
  text: string;
  /** The command that corrects it, or what to do. Absent for what is ok. */
  fix?: string;
}

/** A group of lines about one subject. */
export interface Check {
  /** The name of the line when `run` fails. */
  name: string;
  /** @throws any error when the subject could not be checked */
  run: () => Promise<CheckLine[]>;
  /** How to make the check possible. */
  fix: string;
}

/** The fix of every other check while AWS does not accept the credentials. */
const CREDENTIALS_FIRST = 'correct the credentials first: see the line credentials';
/** The errors of the SDK without credentials, and those of AWS for credentials that are wrong or expired. */
const CREDENTIALS_ERROR =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException)$/;

/** How long one check may take. Milliseconds. */
const TIMEOUT_MS = 30_000;

/** Runs a check. One that cannot run is failed, with the reason. Never rejects. */
export const runCheck = async (
  { name, run, fix }: Check,
  timeoutMs = TIMEOUT_MS,
): Promise<CheckLine[]> => {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Error(`no result within ${timeoutMs / 1_000} seconds`)),
    timeoutMs,
  );
  try {
    return await Promise.race([run(), timeout.promise]);
  } catch (error) {
    const text = `not checked: ${reasonOf(error)}`;
    const hasOwnFix = name === 'credentials' || !isAboutCredentials(error);
    return [{ state: 'failed', name, text, fix: hasOwnFix ? fix : CREDENTIALS_FIRST }];
  } finally {
    clearTimeout(timer);
  }
};

/** The message of an error of the platform says what failed, and that of its cause says why. */
const reasonOf = (error: unknown): string =>
  error instanceof AppError && error.cause !== undefined
    ? `${error.message}: ${messageOf(error.cause)}`
    : messageOf(error);

const isAboutCredentials = (error: unknown): boolean =>
  error instanceof Error && (CREDENTIALS_ERROR.test(error.name) || isAboutCredentials(error.cause));
