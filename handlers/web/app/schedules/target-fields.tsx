import { ExampleBar } from '#handlers/web/app/forms/example-bar.tsx';
import { FormBody } from '#handlers/web/app/forms/form-body.tsx';
import { emptyValue, type FormValue, inputOf } from '#handlers/web/app/forms/form-value.ts';
import { Checkbox, Field } from '#handlers/web/app/parts/field.tsx';
import { HelpText } from '#handlers/web/app/parts/help-text.tsx';
import { targetInput } from './target-values.ts';
import type { ScheduleFormState } from './use-schedule-form.ts';

/** The fields for the message that each fire creates: a message of a type, or an operation of the catalogue. */
export const TargetFields = ({ form }: { form: ScheduleFormState }) => {
  const { targetForms, targetForm, target } = form;
  const values = form.draft.values.target;
  const { choice, node, action } = targetForm;
  const input = targetInput(values, targetForm);
  const change = (value: FormValue) =>
    form.change({ target: { ...values, inputs: { ...values.inputs, [choice]: value } } });
  const groups = {
    'A message': targetForms.filter((one) => one.action === undefined),
    'An action': targetForms.filter((one) => one.action !== undefined),
  };
  return (
    <>
      <Field
        label="Message or action"
        isRequired
        help={
          <HelpText
            text={targetForm.description}
            notes={action?.needs_approval ? ['each run waits until a person approves it'] : []}
          />
        }
      >
        {(control) => (
          <select
            {...control}
            value={choice}
            onChange={(event) =>
              form.change({ target: { ...values, choice: event.currentTarget.value } })
            }
          >
            {Object.entries(groups).map(([label, forms]) => (
              <optgroup key={label} label={label}>
                {forms.map((one) => (
                  <option key={one.choice} value={one.choice}>
                    {one.title}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
      <ExampleBar
        key={choice}
        examples={targetForm.examples}
        value={input}
        isEmpty={JSON.stringify(input) === JSON.stringify(emptyValue(node))}
        onFill={(example) => {
          change(example === undefined ? emptyValue(node) : inputOf(node, example));
          target.reset();
        }}
        onRestore={change}
      />
      <FormBody key={`body ${choice}`} node={node} value={input} form={target} onChange={change} />
      {action !== undefined && (
        <Checkbox
          label="Push the result"
          help="A push reports how each run ended."
          isChecked={values.notify}
          onChange={(notify) => form.change({ target: { ...values, notify } })}
        />
      )}
    </>
  );
};
