import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { dateTimeInputText, instantText } from '#handlers/web/app/format/time.ts';
import { describedBy, FieldNotes } from './field-notes.tsx';

export interface FieldProps {
  label: string;
  help?: ComponentChildren;
  /** What is wrong with the value. */
  error?: string | undefined;
  isRequired?: boolean | undefined;
  /** Renders the control with these attributes. */
  children: (control: ControlAttributes) => JSX.Element;
}

/** Connects a control with its label, its help and its error. */
export interface ControlAttributes {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
  'aria-required': boolean;
}

/** A control of a form with its label, its help and its error. */
export const Field = ({ label, help, error, isRequired = false, children }: FieldProps) => {
  const id = useId();
  return (
    <div class={`field${error === undefined ? '' : ' field-invalid'}`}>
      <label for={id}>
        {label}
        {isRequired && <span class="muted"> (required)</span>}
      </label>
      {children({
        id,
        'aria-describedby': describedBy({ id, help, error }),
        'aria-invalid': error !== undefined,
        'aria-required': isRequired,
      })}
      <FieldNotes {...{ id, help, error }} />
    </div>
  );
};

export interface TextFieldProps extends Omit<FieldProps, 'children'> {
  value: string;
  onInput: (value: string) => void;
  onBlur?: (() => void) | undefined;
  /** More than one line. */
  lines?: number | undefined;
  /** Which keyboard a phone shows. */
  inputMode?: 'text' | 'numeric' | 'decimal' | undefined;
  /** Whether the text is code, such as JSON. */
  isCode?: boolean | undefined;
  placeholder?: string | undefined;
}

/** A field for text. */
export const TextField = ({
  value,
  onInput,
  onBlur,
  lines,
  inputMode = 'text',
  isCode = false,
  placeholder,
  ...field
}: TextFieldProps) => (
  <Field {...field}>
    {(control) =>
      lines === undefined ? (
        <input
          {...control}
          type="text"
          {...{ value, placeholder, inputMode, onBlur }}
          autocomplete="off"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : (
        <textarea
          {...control}
          {...{ value, placeholder, onBlur }}
          class={isCode ? 'code' : undefined}
          spellcheck={!isCode}
          rows={lines}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )
    }
  </Field>
);

export interface DateTimeFieldProps extends Omit<FieldProps, 'children'> {
  /** An instant as ISO 8601; an empty text for none. */
  value: string;
  onChange: (value: string) => void;
}

/** A field for date and time in the viewer's zone. */
export const DateTimeField = ({ value, onChange, ...field }: DateTimeFieldProps) => (
  <Field {...field}>
    {(control) => (
      <input
        {...control}
        type="datetime-local"
        value={dateTimeInputText(value)}
        onInput={(event) => onChange(instantText(event.currentTarget.value))}
      />
    )}
  </Field>
);

/** A field for a day. */
export const DateField = ({ value, onChange, ...field }: DateFieldProps) => (
  <Field {...field}>
    {(control) => (
      <input
        {...control}
        type="date"
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    )}
  </Field>
);

export interface DateFieldProps extends Omit<FieldProps, 'children'> {
  /** As `yyyy-mm-dd`; an empty text for none. */
  value: string;
  onChange: (value: string) => void;
}

export interface SelectFieldProps extends Omit<FieldProps, 'children'> {
  value: string;
  /** The options by their values. */
  options: Readonly<Record<string, string>>;
  onChange: (value: string) => void;
}

/** A field for one of several options. */
export const SelectField = ({ value, options, onChange, ...field }: SelectFieldProps) => (
  <Field {...field}>
    {(control) => (
      <select {...control} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {Object.entries(options).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Field>
);

export interface CheckboxProps {
  label: string;
  help?: string | undefined;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
}

/** A field for yes or no. */
export const Checkbox = ({ label, help, isChecked, onChange }: CheckboxProps) => {
  const id = useId();
  return (
    <div class="field checkbox">
      <input
        id={id}
        type="checkbox"
        checked={isChecked}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {help !== undefined && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
};
