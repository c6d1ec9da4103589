import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { describedBy, FieldNotes } from './field-notes.tsx';

export interface FieldGroupProps {
  label: string;
  help?: ComponentChildren;
  /** What is wrong with the group as a whole. */
  error?: string | undefined;
  isRequired?: boolean | undefined;
  children: ComponentChildren;
}

/** Fields that belong together, with a label of their own. */
export const FieldGroup = ({
  label,
  help,
  error,
  isRequired = false,
  children,
}: FieldGroupProps) => {
  const id = useId();
  return (
    <fieldset class="field-group" aria-describedby={describedBy({ id, help, error })}>
      <legend>
        {label}
        {isRequired && <span class="muted"> (required)</span>}
      </legend>
      <FieldNotes {...{ id, help, error }} />
      {children}
    </fieldset>
  );
};
