import { useRef, useState } from 'preact/hooks';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import type { Draft } from '#handlers/web/app/session/draft.ts';
import type { ListedAction } from './action-form.ts';
import { creationOf } from './creation-request.ts';
import type { FormValue } from './form-value.ts';
import { attemptOf, type SendAttempt, withAttempt } from './send-attempt.ts';
import type { SchemaForm } from './use-schema-form.ts';

/** What the viewer typed into a form that creates a message, and how it was sent. */
export interface NewInput {
  value: FormValue;
  /** Whether a push reports the result. Only for actions. */
  notify: boolean;
  attempts: readonly SendAttempt[];
}

export type CreationKind = 'send' | 'dry run';

export interface Creation {
  /**
   * Checks the form and sends it.
   * @param isAnother whether to create another message although this input was sent already
   */
  create: (kind: CreationKind, isAnother?: boolean) => Promise<void>;
  /** Forgets the error and that the input was sent. */
  forgetOutcome: () => void;
  /** What is being sent. */
  busy: CreationKind | undefined;
  error: unknown;
  /** Whether the input, as it is, was sent. */
  wasSent: boolean;
  /** How often the form was refused, here or by the API. */
  refusals: number;
}

export interface CreationOptions {
  draft: Draft<NewInput>;
  form: SchemaForm;
  /** Absent for a message of a type. */
  action: ListedAction | undefined;
  onSent: (id: string) => void;
}

/** Sends a form once at a time, and creates nothing twice. */
export const useCreation = ({ draft, form, action, onSent }: CreationOptions): Creation => {
  const isSending = useRef(false);
  const [busy, setBusy] = useState<CreationKind>();
  const [error, setError] = useState<unknown>();
  const [sentBody, setSentBody] = useState<string>();
  const [refusals, setRefusals] = useState(0);
  const { notify, attempts } = draft.value;

  const create = async (kind: CreationKind, isAnother = false) => {
    if (isSending.current) return;
    setError(undefined);
    if (!form.check()) return setRefusals((count) => count + 1);
    isSending.current = true;
    setBusy(kind);
    const { body } = form;
    const { path, query } = creationOf(action, { isDryRun: kind === 'dry run', notify });
    const known = isAnother ? [] : attempts;
    const attempt = attemptOf({ path, query, body }, known, () => crypto.randomUUID());
    draft.set({ ...draft.value, attempts: withAttempt(attempts, attempt) });
    try {
      const headers = { 'Idempotency-Key': attempt.key };
      const reply = await request<ApiMessage>('POST', path, { query, body, headers });
      const isReplayed = reply.headers.get('Idempotency-Replayed') === 'true';
      if (isReplayed) toast('This was sent already. Nothing was created twice.', 'info');
      else toast(kind === 'send' ? 'Sent.' : 'The dry run has started.');
      if (kind === 'send') {
        draft.forget();
        setSentBody(JSON.stringify(body));
      }
      onSent(reply.body.message_id);
    } catch (cause) {
      setError(cause);
      if (isApiError(cause)) form.refuse({ body, details: cause.details });
      setRefusals((count) => count + 1);
    } finally {
      isSending.current = false;
      setBusy(undefined);
    }
  };

  return {
    create,
    forgetOutcome: () => {
      setError(undefined);
      setSentBody(undefined);
    },
    busy,
    error,
    wasSent: sentBody === JSON.stringify(form.body),
    refusals,
  };
};
