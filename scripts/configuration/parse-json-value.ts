import type { Problem } from '#lib/platform/errors.ts';
import { scanJson } from '#lib/platform/json.ts';
import { jsonProblem } from '#lib/platform/json-problem.ts';

/** Parses JSON strictly. @returns the problems instead, which contain no value of the text */
export const parseJsonValue = (text: string): { value: unknown } | { problems: Problem[] } => {
  const syntax = jsonProblem(text);
  if (syntax !== undefined) return { problems: [{ path: '', problem: syntax }] };
  const problems = scanJson(text);
  return problems.length > 0 ? { problems } : { value: JSON.parse(text) as unknown };
};
