import * as z from 'zod/mini';
import { type Answer, json } from './answer.ts';
import type { Misbehaviour, Moods } from './misbehaviour.ts';
import type { Call } from './request.ts';

/** What a person can make of the server by hand, as the page and its address call it. */
export const MOODS = {
  'answers 503': { kind: 'status', status: 503 },
  'answers 400': { kind: 'status', status: 400, code: 40024 },
  'answers 401': { kind: 'status', status: 401, code: 40101 },
  'answers 429': { kind: 'status', status: 429, code: 42901 },
  hangs: { kind: 'hang' },
} as const satisfies Record<string, Misbehaviour>;

export const WELL = 'well';

const NAMES = Object.keys(MOODS) as (keyof typeof MOODS)[];
const Wanted = z.strictObject({ mood: z.enum([WELL, ...NAMES]) });

/** What publishing meets at the moment; `other` is a misbehaviour that no button has. */
export const nameOfMood = (moods: Moods): string => {
  const current = moods.current('publish');
  return current === undefined ? WELL : (NAMES.find((name) => MOODS[name] === current) ?? 'other');
};

/** GET says the mood, POST `{"mood":"answers 503"}` changes it. */
export const answerMood = ({ method, headers, body }: Call, moods: Moods): Answer => {
  if (method === 'POST') {
    if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
      return refused(415, 'Content-Type must be application/json');
    }
    const wanted = z.safeParse(Wanted, parse(body.toString('utf8')));
    if (!wanted.success) {
      return refused(400, `must be {"mood": …} with one of: ${[WELL, ...NAMES].join(', ')}`);
    }
    const { mood } = wanted.data;
    moods.heal();
    if (mood !== WELL) moods.add(MOODS[mood]);
  } else if (method !== 'GET') return refused(405, 'GET or POST');
  return json(200, `${JSON.stringify({ mood: nameOfMood(moods) })}\n`);
};

const refused = (status: number, error: string) => json(status, `${JSON.stringify({ error })}\n`);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
