import { useState } from 'preact/hooks';
import { isApiError, type ProblemDetail } from '#handlers/web/app/api/api-error.ts';
import { useDraft } from '#handlers/web/app/session/draft.ts';
import { isEqual } from './merge-values.ts';
import { type ProblemsByPath, problemsOfDetails, scheduleProblems } from './schedule-problems.ts';
import type { ScheduleValues } from './schedule-values.ts';

/** The input of a form, and what it changes. */
export interface ScheduleDraft {
  values: ScheduleValues;
  /** The values before the viewer changed them. */
  base: ScheduleValues;
  /** The revision that has these values; 0 for a new schedule. */
  revision: number;
}

/** The state of the form of a schedule. */
export interface ScheduleForm {
  draft: ScheduleDraft;
  /** Whether the values differ from those before. */
  isChanged: boolean;
  change: (changes: Partial<ScheduleValues>) => void;
  /** Replaces everything, for example with a newer revision. */
  replace: (draft: ScheduleDraft) => void;
  discard: () => void;
  /** The viewer has left the control of this path: its problems are shown from now on. */
  leave: (path: string) => void;
  /** The problem that the control of this path shows. */
  problemAt: (path: string) => string | undefined;
  /** The problems that belong to no control. */
  others: readonly ProblemDetail[];
  /** An error of the last request that is not about single values. */
  error: unknown;
  /** Whether the viewer has tried to send values that have problems. */
  isRefused: boolean;
  submit: () => Promise<void>;
}

const NONE = { byPath: {}, others: [], error: undefined };

/**
 * The state of the form of a schedule: its input, which survives a sign-in, and its problems. A problem of the API
 * disappears when the viewer changes something.
 * @param key identifies the form
 * @param send sends the values; its ApiErrors are shown
 */
export const useScheduleForm = (
  key: string,
  initial: ScheduleDraft,
  send: (draft: ScheduleDraft) => Promise<void>,
): ScheduleForm => {
  const draft = useDraft<ScheduleDraft>(key, initial);
  const [left, setLeft] = useState<readonly string[]>([]);
  const [isTried, setTried] = useState(false);
  const [answer, setAnswer] = useState<Answer>(NONE);
  const { values, base } = draft.value;
  const problems = scheduleProblems(values);

  const submit = async () => {
    setTried(true);
    if (Object.keys(problems).length > 0) return;
    setAnswer(NONE);
    try {
      await send(draft.value);
      draft.discard();
    } catch (error) {
      setAnswer(answerOf(error));
    }
  };

  return {
    draft: draft.value,
    isChanged: !isEqual(values, base),
    change: (changes) => {
      setAnswer(NONE);
      draft.set({ ...draft.value, values: { ...values, ...changes } });
    },
    replace: (changed) => {
      setAnswer(NONE);
      draft.set(changed);
    },
    discard: draft.discard,
    leave: (path) => setLeft((before) => (before.includes(path) ? before : [...before, path])),
    problemAt: (path) =>
      answer.byPath[path] ?? (isTried || left.includes(path) ? problems[path] : undefined),
    others: answer.others,
    error: answer.error,
    isRefused: isTried && Object.keys({ ...problems, ...answer.byPath }).length > 0,
    submit,
  };
};

interface Answer {
  byPath: ProblemsByPath;
  others: readonly ProblemDetail[];
  error: unknown;
}

const answerOf = (error: unknown): Answer => {
  if (!isApiError(error)) throw error;
  if (error.code === 'NAME_TAKEN') return { ...NONE, byPath: { name: error.message } };
  const { byPath, others } = problemsOfDetails(error.details);
  return { byPath, others, error: error.details.length === 0 ? error : undefined };
};
