import { useState } from 'preact/hooks';
import { isApiError, type ProblemDetail } from '#handlers/web/app/api/api-error.ts';
import { type SchemaForm, useSchemaForm } from '#handlers/web/app/forms/use-schema-form.ts';
import { useDraft } from '#handlers/web/app/session/draft.ts';
import { isEqual } from './merge-values.ts';
import { type ProblemsByPath, problemsOfDetails, scheduleProblems } from './schedule-problems.ts';
import type { ScheduleValues } from './schedule-values.ts';
import { type TargetForm, targetInput, targetRoot } from './target-values.ts';

/** The input of a form, and what it changes. */
export interface ScheduleFormDraft {
  values: ScheduleValues;
  /** The values before the viewer changed them. */
  base: ScheduleValues;
  /** The revision that has these values; 0 for a new schedule. */
  revision: number;
}

/** The state of the form of a schedule. */
export interface ScheduleFormState {
  draft: ScheduleFormDraft;
  /** Whether the values differ from those before. */
  isChanged: boolean;
  change: (changes: Partial<ScheduleValues>) => void;
  /** Replaces everything, for example with a newer revision. */
  replace: (draft: ScheduleFormDraft) => void;
  discard: () => void;
  /** The viewer has left the control of this path: its problems are shown from now on. */
  leave: (path: string) => void;
  /** The problem that the control of this path shows. */
  problemAt: (path: string) => string | undefined;
  /** Everything that a schedule can send, and the form of what is chosen. */
  targetForms: readonly TargetForm[];
  targetForm: TargetForm;
  /** The problems of what is sent. */
  target: SchemaForm;
  /** The problems that belong to no control. */
  others: readonly ProblemDetail[];
  /** An error of the last request that is not about single values. */
  error: unknown;
  /** Whether the viewer has tried to send values that have problems. */
  isRefused: boolean;
  isSending: boolean;
  /** Sends the values, unless that is in progress. */
  submit: () => Promise<void>;
}

export interface ScheduleFormOptions {
  /** Identifies the input in the storage of the tab. */
  key: string;
  initial: ScheduleFormDraft;
  targetForms: readonly TargetForm[];
  /** Sends the values; its ApiErrors are shown. */
  send: (draft: ScheduleFormDraft, targetForm: TargetForm) => Promise<void>;
}

const NONE = { byPath: {}, others: [], error: undefined };

/**
 * The state of the form of a schedule: its input, which survives a sign-in, and its problems. A problem of the API
 * disappears when the viewer changes something.
 * @throws Error when the page has no form for what the schedule sends
 */
export const useScheduleForm = ({
  key,
  initial,
  targetForms,
  send,
}: ScheduleFormOptions): ScheduleFormState => {
  // Input of a version of the page with other values is not restored.
  const shape = Object.keys(initial.values).join();
  const draft = useDraft<ScheduleFormDraft>(`${key}:${shape}`, initial);
  const [left, setLeft] = useState<readonly string[]>([]);
  const [isTried, setTried] = useState(false);
  const [isSending, setSending] = useState(false);
  const [answer, setAnswer] = useState<ScheduleAnswer>(NONE);
  const { values, base } = draft.value;
  const targetForm = requireTargetForm(values.target.choice, targetForms);
  const target = useSchemaForm(targetForm.node, targetInput(values.target, targetForm));
  const problems = scheduleProblems(values);

  const submit = async () => {
    if (isSending) return;
    setTried(true);
    const isTargetValid = target.check();
    if (Object.keys(problems).length > 0 || !isTargetValid) return;
    setAnswer(NONE);
    setSending(true);
    try {
      await send(draft.value, targetForm);
      draft.forget();
    } catch (error) {
      if (!isApiError(error)) throw error;
      const { own, inTarget } = splitDetails(error.details, targetRoot(targetForm));
      target.refuse({ body: target.body, details: inTarget });
      setAnswer(answerOf(error, own));
    } finally {
      setSending(false);
    }
  };

  return {
    draft: draft.value,
    isChanged: !isEqual(values, base),
    change: (changes) => {
      setAnswer(NONE);
      if (changes.target !== undefined && changes.target.choice !== values.target.choice)
        target.reset();
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
    targetForms,
    targetForm,
    target,
    others: [...answer.others, ...target.otherDetails],
    error: answer.error,
    isRefused:
      isTried && Object.keys({ ...problems, ...answer.byPath }).length + target.problems.size > 0,
    isSending,
    submit,
  };
};

const requireTargetForm = (choice: string, forms: readonly TargetForm[]): TargetForm => {
  const form = forms.find((one) => one.choice === choice);
  if (form === undefined) throw new Error(`There is no form for ${choice}.`);
  return form;
};

interface ScheduleAnswer {
  byPath: ProblemsByPath;
  others: readonly ProblemDetail[];
  error: unknown;
}

const answerOf = (
  error: { code: string; message: string; details: readonly ProblemDetail[] },
  own: readonly ProblemDetail[],
): ScheduleAnswer => {
  if (error.code === 'NAME_TAKEN') return { ...NONE, byPath: { name: error.message } };
  const { byPath, others } = problemsOfDetails(own);
  return { byPath, others, error: error.details.length === 0 ? error : undefined };
};

/** The problems of the form of the target with the paths of that form, and all others. */
const splitDetails = (details: readonly ProblemDetail[], root: string) => ({
  own: details.filter(({ path }) => !path.startsWith(`${root}.`)),
  inTarget: details
    .filter(({ path }) => path.startsWith(`${root}.`))
    .map(({ path, problem }) => ({ path: path.slice(root.length + 1), problem })),
});
