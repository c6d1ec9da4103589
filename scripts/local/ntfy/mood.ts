import * as z from 'zod/mini';
import type { Misbehaviour, Moods } from './misbehaviour.ts';
import type { NtfyRequest } from './request.ts';
import { jsonResponse, type NtfyResponse } from './response.ts';

/** The moods that a person can choose, by the names that the page and its address use. */
export const MOODS = {
  'answers 503': { kind: 'status', status: 503 },
  'answers 400': { kind: 'status', status: 400, code: 40024 },
  'answers 401': { kind: 'status', status: 401, code: 40101 },
  'answers 429': { kind: 'status', status: 429, code: 42901 },
  hangs: { kind: 'hang' },
} as const satisfies Record<string, Misbehaviour>;

/** The name of the mood in which the server works. */
export const WELL = 'well';

const NAMES = Object.keys(MOODS) as (keyof typeof MOODS)[];
const MoodRequest = z.strictObject({ mood: z.enum([WELL, ...NAMES]) });

/** The mood for publish requests at the moment. `other` is one that a person cannot choose. */
export const nameOfMood = (moods: Moods): string => {
  const current = moods.current('publish');
  return current === undefined ? WELL : (NAMES.find((name) => MOODS[name] === current) ?? 'other');
};

/** Returns the mood (GET), or changes it (POST with `{"mood":"answers 503"}`). */
export const handleMood = ({ method, headers, body }: NtfyRequest, moods: Moods): NtfyResponse => {
  if (method === 'POST') {
    if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
      return refused(415, 'Content-Type must be application/json');
    }
    const parsed = z.safeParse(MoodRequest, parse(body.toString('utf8')));
    if (!parsed.success) {
      return refused(400, `must be {"mood": …} with one of: ${[WELL, ...NAMES].join(', ')}`);
    }
    const { mood } = parsed.data;
    moods.heal();
    if (mood !== WELL) moods.add(MOODS[mood]);
  } else if (method !== 'GET') return refused(405, 'GET or POST');
  return jsonResponse(200, `${JSON.stringify({ mood: nameOfMood(moods) })}\n`);
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
