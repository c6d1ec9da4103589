import * as z from 'zod/mini';
import type { FaultQueue, NtfyFault } from './faults.ts';
import type { NtfyRequest } from './request.ts';
import { jsonResponse, type NtfyResponse } from './response.ts';

/** The faults that a person can choose, by the names that the page and its address use. */
export const NTFY_FAULTS = {
  'answers 503': { kind: 'status', status: 503 },
  'answers 400': { kind: 'status', status: 400, code: 40024 },
  'answers 401': { kind: 'status', status: 401, code: 40101 },
  'answers 429': { kind: 'status', status: 429, code: 42901 },
  hangs: { kind: 'hang' },
} as const satisfies Record<string, NtfyFault>;

/** The name that stands for no fault. */
export const NO_FAULT = 'none';

const NAMES = Object.keys(NTFY_FAULTS) as (keyof typeof NTFY_FAULTS)[];
const FaultRequest = z.strictObject({ fault: z.enum([NO_FAULT, ...NAMES]) });

/** The fault for publish requests at the moment. `other` is one that a person cannot choose. */
export const currentFaultName = (faults: FaultQueue): string => {
  const current = faults.current('publish');
  return current === undefined
    ? NO_FAULT
    : (NAMES.find((name) => NTFY_FAULTS[name] === current) ?? 'other');
};

/** Returns the fault (GET), or changes it (POST with `{"fault":"answers 503"}`). */
export const handleFaultRequest = (
  { method, headers, body }: NtfyRequest,
  faults: FaultQueue,
): NtfyResponse => {
  if (method === 'POST') {
    if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
      return refused(415, 'Content-Type must be application/json');
    }
    const parsed = z.safeParse(FaultRequest, parse(body.toString('utf8')));
    if (!parsed.success) {
      return refused(400, `must be {"fault": …} with one of: ${[NO_FAULT, ...NAMES].join(', ')}`);
    }
    const { fault } = parsed.data;
    faults.switchOff();
    if (fault !== NO_FAULT) faults.switchOn(NTFY_FAULTS[fault]);
  } else if (method !== 'GET') return refused(405, 'GET or POST');
  return jsonResponse(200, `${JSON.stringify({ fault: currentFaultName(faults) })}\n`);
};

const refused = (status: number, error: string) =>
  jsonResponse(status, `${JSON.stringify({ error })}\n`);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
