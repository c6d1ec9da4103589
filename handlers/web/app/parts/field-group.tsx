import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

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
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <fieldset class="field-group" aria-describedby={described === '' ? undefined : described}>
      <legend>
        {label}
        {isRequired && <span class="muted"> (required)</span>}
      </legend>
      {help !== undefined && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {children}
    </fieldset>
  );
};
