import * as z from 'zod/mini';
import {
  FLAG_NAMES,
  FLAGS,
  type FlagName,
  FlagObject,
  flagParameter,
  flagValue,
  parseFlag,
  valueWithout,
} from '#lib/config/flags.ts';
import type { StoredParameter } from '#lib/config/ssm.ts';
import { iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { InstantMs } from '#lib/platform/instant.ts';
import { ReasonText, VisibleText } from '#lib/platform/text.ts';
import { invalidRequestError, operation } from './operation.ts';

/** The maximum of a standard parameter of SSM. Bytes. */
const MAX_VALUE_BYTES = 4_096;

const FlagBody = z.extend(FlagObject, {
  enabled_for: z.optional(z.array(VisibleText.check(z.maxLength(128))).check(z.maxLength(20))),
  reason: ReasonText,
  until: z.optional(InstantMs),
  version: z.int().check(z.nonnegative()),
});

/** Every flag with its value in SSM, its effective value, and the time of the last change. */
export const getFlags = operation({}, async (_request, { clock, readParameters }) => {
  const stored = await readParameters(FLAG_NAMES.map(flagParameter));
  const nowMs = clock.now();
  const data = FLAG_NAMES.map((name) => shownFlag(name, stored.get(flagParameter(name)), nowMs));
  return { status: 200, body: { data, count: data.length } };
});

/**
 * Replaces the value of a flag, if its parameter has the version that the caller read. Two requests with the same version
 * can both be written, one after the other. Then the first one succeeds, and the second one returns 409, although its value
 * is stored.
 */
export const putFlag = operation(
  { body: FlagBody },
  async ({ params, body, caller, log }, { clock, readParameters, storeParameter }) => {
    const name = flagNameOf(params);
    const { version, until, ...flag } = body;
    if (until !== undefined && until <= clock.now()) {
      throw invalidBodyError('until', 'is in the past');
    }
    const value = flagValue({ ...flag, ...(until === undefined ? {} : { until: iso(until) }) });
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES) {
      throw invalidBodyError('enabled_for', 'is too long: the flag has more than 4 KB as JSON');
    }

    const parameter = flagParameter(name);
    const before = (await readParameters([parameter])).get(parameter);
    const seen = before?.version ?? 0;
    if (seen !== version) {
      throw new AppError('conflict', 'PRECONDITION_FAILED', `the flag is at version ${seen}`);
    }
    const written = await storeParameter(parameter, value, { create: before === undefined });
    if (written === undefined) throw flagChangedError();
    log.info(
      {
        ...{ flag: name, caller, reason: flag.reason },
        ...{ before: before?.value, after: value, version: written },
      },
      'flag changed',
    );
    if (written !== seen + 1) throw flagChangedError();

    const nowMs = clock.now();
    return {
      status: 200,
      body: shownFlag(name, { value, version: written, changedAtMs: nowMs }, nowMs),
    };
  },
);

const shownFlag = (name: FlagName, stored: StoredParameter | undefined, nowMs: number) => {
  const { byDefault, meaning } = FLAGS[name];
  const { value, version = 0, changedAtMs } = stored ?? {};
  const parsed = parseFlag(value);
  return {
    name,
    enabled: parsed?.enabled ?? valueWithout(name),
    default: byDefault,
    is_understood: parsed !== undefined,
    enabled_for: parsed?.enabled_for ?? null,
    reason: parsed?.reason ?? null,
    until: parsed?.until ?? null,
    changed_at: changedAtMs === undefined ? null : iso(changedAtMs),
    age_seconds:
      changedAtMs === undefined ? null : Math.max(0, Math.floor((nowMs - changedAtMs) / 1_000)),
    version,
    meaning,
  };
};

/** @throws AppError `not-found` / `FLAG_NOT_FOUND` */
const flagNameOf = ({ flag }: Readonly<Record<string, string>>): FlagName => {
  const name = FLAG_NAMES.find((one) => one === flag);
  if (name !== undefined) return name;
  throw new AppError(
    'not-found',
    'FLAG_NOT_FOUND',
    'there is no such flag; GET /api/flags lists all',
  );
};

const invalidBodyError = (path: string, problem: string): AppError =>
  invalidRequestError('the body is not valid', [{ path, problem }]);

const flagChangedError = (): AppError =>
  new AppError(
    'conflict',
    'FLAG_CHANGED',
    'somebody else changed the flag at the same time: get it again, check its value and repeat the change if needed',
  );
