import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Checkbox } from '#handlers/web/app/parts/field.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { useDraft } from '#handlers/web/app/session/draft.ts';
import type { ListedAction } from './action-form.ts';
import { ExampleBar } from './example-bar.tsx';
import { FormBody } from './form-body.tsx';
import type { FormNode } from './form-node.ts';
import { emptyValue, type FormValue, inputOf } from './form-value.ts';
import { inputFacts, operationOfMessage } from './input-facts.ts';
import { IrreversibleDialog } from './irreversible-dialog.tsx';
import { SendProblem } from './send-problem.tsx';
import { type NewInput, useCreation } from './use-creation.ts';
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
  /** The operations that a message of a type can run. */
  actions: readonly ListedAction[];
  onSent: (id: string) => void;
}

/** A form that creates a message. */
export const NewForm = ({
  draftKey,
  node,
  examples,
  start,
  action,
  actions,
  onSent,
}: NewFormProps) => {
  const draft = useDraft<NewInput>(draftKey, {
    value: start === undefined ? emptyValue(node) : inputOf(node, start.body),
    notify: start?.notify ?? true,
    attempts: [],
  });
  const { value, notify } = draft.value;
  const form = useSchemaForm(node, value);
  const { create, forgetOutcome, busy, error, wasSent, refusals } = useCreation({
    draft,
    form,
    action,
    onSent,
  });
  const element = useRef<HTMLFormElement>(null);
  /** The irreversible operation that the viewer is asked about. */
  const [asked, setAsked] = useState<ListedAction>();

  useLayoutEffect(() => {
    if (refusals === 0) return;
    const field = element.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (field != null) field.focus();
    else element.current?.querySelector('.notice')?.scrollIntoView({ block: 'center' });
  }, [refusals]);

  const change = (changed: FormValue) => draft.set({ ...draft.value, value: changed });
  const submit = () => {
    const operation = action ?? operationOfMessage(form.body, actions);
    return operation?.effect === 'irreversible' && form.check()
      ? setAsked(operation)
      : create('send');
  };

  return (
    <Panel title={action === undefined ? 'Content' : 'Input'}>
      <ExampleBar
        examples={examples}
        value={value}
        isEmpty={JSON.stringify(value) === JSON.stringify(emptyValue(node))}
        onFill={(example) => {
          change(example === undefined ? emptyValue(node) : inputOf(node, example));
          form.reset();
          forgetOutcome();
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
            <Button onClick={() => create('dry run')}>
              {busy === 'dry run' ? 'Starting …' : 'Dry run'}
            </Button>
          )}
          {wasSent && action?.effect !== 'irreversible' && (
            <Button onClick={() => create('send', true)}>
              {action === undefined ? 'Send another one' : 'Run once more'}
            </Button>
          )}
        </div>
      </form>
      {asked !== undefined && (
        <IrreversibleDialog
          title={asked.title}
          facts={
            action === undefined
              ? inputFacts((form.body as { payload?: unknown }).payload)
              : inputFacts(form.body, node)
          }
          onConfirm={() => create('send')}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Panel>
  );
};
