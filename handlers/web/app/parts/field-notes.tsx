import type { ComponentChildren } from 'preact';

export interface FieldNotesProps {
  /** The id of the control or group. */
  id: string;
  help?: ComponentChildren;
  /** What is wrong with the value. */
  error?: string | undefined;
}

/** The help and the error of a control or of a group of controls. */
export const FieldNotes = ({ id, help, error }: FieldNotesProps) => (
  <>
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
  </>
);

/** The attribute `aria-describedby` that connects a control or a group with its `FieldNotes`. */
export const describedBy = ({ id, help, error }: FieldNotesProps): string | undefined => {
  const ids = [
    ...(help === undefined ? [] : [`${id}-help`]),
    ...(error === undefined ? [] : [`${id}-error`]),
  ];
  return ids.length === 0 ? undefined : ids.join(' ');
};
