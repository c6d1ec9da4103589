import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { ConfirmDialog } from '#handlers/web/app/parts/confirm-dialog.tsx';
import { Checkbox } from '#handlers/web/app/parts/field.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { useDraft } from '#handlers/web/app/session/draft.ts';
import type { ListedAction } from './action-form.ts';
import { creationOf } from './creation-request.ts';
import { ExampleBar } from './example-bar.tsx';
import { FormBody } from './form-body.tsx';
import type { FormNode } from './form-node.ts';
import { emptyValue, type FormValue, inputOf } from './form-value.ts';
import { attemptOf, type SendAttempt } from './send-attempt.ts';
import { SendProblem } from './send-problem.tsx';
import { useSchemaForm } from './use-schema-form.ts';

export interface NewFormProps {
  /** Identifies the input in the storage of the tab. */
  draftKey: string;
  node: FormNode;
  /** Bodies that fill the form. */
  examples: readonly unknown[];
  /** What the form is filled with at first. */
  start?: { body: unknown; notify: boolean } | undefined;
  /** The operation whose input the form is; absent for the form of a message type. */
  action?: ListedAction | undefined;
  onSent: (id: string) => void;
}

interface Input {
  value: FormValue;
  /** Whether a push reports the result. Only for actions. */
  notify: boolean;
  /** The last attempt to send. */
  attempt?: SendAttempt | undefined;
}

/** A form that creates a message. */
export const NewForm = ({ draftKey, node, examples, start, action, onSent }: NewFormProps) => {
  const draft = useDraft<Input>(draftKey, {
    value: start === undefined ? emptyValue(node) : inputOf(node, start.body),
    notify: start?.notify ?? true,
  });
  const { value, notify, attempt } = draft.value;
  const form = useSchemaForm(node, value);
  const element = useRef<HTMLFormElement>(null);
  const isSending = useRef(false);
  const [busy, setBusy] = useState<'send' | 'dry run'>();
  const [error, setError] = useState<unknown>();
  const [isAsking, setAsking] = useState(false);
  const [wasSent, setWasSent] = useState(false);

  const change = (changed: FormValue) => {
    setWasSent(false);
    draft.set({ ...draft.value, value: changed });
  };
  const [refusals, setRefusals] = useState(0);
  useLayoutEffect(() => {
    if (refusals === 0) return;
    const field = element.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (field != null) field.focus();
    else element.current?.querySelector('.notice')?.scrollIntoView({ block: 'center' });
  }, [refusals]);
  const focusProblem = () => setRefusals((count) => count + 1);

  const sendOnce = async (isDryRun: boolean, isNew: boolean) => {
    if (isSending.current) return;
    setError(undefined);
    if (!form.check()) {
      focusProblem();
      return;
    }
    isSending.current = true;
    setBusy(isDryRun ? 'dry run' : 'send');
    const { body } = form;
    const { path, query } = creationOf(action, { isDryRun, notify });
    const now = attemptOf({ path, query, body }, isNew ? undefined : attempt, () =>
      crypto.randomUUID(),
    );
    draft.set({ ...draft.value, attempt: now });
    try {
      const headers = { 'Idempotency-Key': now.key };
      const reply = await request<ApiMessage>('POST', path, { query, body, headers });
      const isReplayed = reply.headers.get('Idempotency-Replayed') === 'true';
      toast(
        isReplayed
          ? 'This was sent already. Nothing was created twice.'
          : isDryRun
            ? 'The dry run has started.'
            : 'Sent.',
        isReplayed ? 'info' : 'ok',
      );
      draft.forget();
      setWasSent(!isDryRun);
      onSent(reply.body.message_id);
    } catch (cause) {
      setError(cause);
      if (isApiError(cause)) form.refuse({ body, details: cause.details });
      focusProblem();
    } finally {
      isSending.current = false;
      setBusy(undefined);
    }
  };
  const submit = () =>
    action?.effect === 'irreversible' && form.check() ? setAsking(true) : sendOnce(false, false);

  return (
    <Panel title={action === undefined ? 'Content' : 'Input'}>
      <ExampleBar
        examples={examples}
        value={value}
        isEmpty={JSON.stringify(value) === JSON.stringify(emptyValue(node))}
        onFill={(example) => {
          change(example === undefined ? emptyValue(node) : inputOf(node, example));
          form.reset();
          setError(undefined);
        }}
        onRestore={change}
      />
      <form
        ref={element}
        class="form"
        aria-label={node.label}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <SendProblem error={error} details={form.otherDetails} />
        <FormBody node={node} value={value} form={form} onChange={change} />
        {action !== undefined && (
          <Checkbox
            label="Push the result"
            help="A push reports how it ended."
            isChecked={notify}
            onChange={(isChecked) => draft.set({ ...draft.value, notify: isChecked })}
          />
        )}
        <div class="actions">
          <Button kind="primary" type="submit">
            {busy === 'send' ? 'Sending …' : action === undefined ? 'Send' : 'Run'}
          </Button>
          {action !== undefined && (
            <Button onClick={() => sendOnce(true, false)}>
              {busy === 'dry run' ? 'Starting …' : 'Dry run'}
            </Button>
          )}
          {wasSent && action?.effect !== 'irreversible' && (
            <Button onClick={() => sendOnce(false, true)}>
              {action === undefined ? 'Send another one' : 'Run once more'}
            </Button>
          )}
        </div>
      </form>
      {isAsking && (
        <ConfirmDialog
          title={`Run “${action?.title}”?`}
          action="Run"
          kind="danger"
          onConfirm={() => sendOnce(false, false)}
          onClose={() => setAsking(false)}
        >
          <p>It cannot be undone. A dry run shows what it would do.</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
};
