import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { Problem } from '#lib/errors.ts';

// zod/mini brings no sentences of its own.
z.config(en());

/** What a schema found wrong, as paths and sentences. */
export const problemsOf = (error: z.core.$ZodError, root = ''): Problem[] =>
  error.issues.flatMap((issue) => {
    const path = [root, ...issue.path.map(String)].filter(Boolean);
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: [...path, key].join('.'),
          problem: 'is not a known property',
        }))
      : [{ path: path.join('.'), problem: issue.message }];
  });
