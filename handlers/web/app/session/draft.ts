import { useState } from 'preact/hooks';
import { deleteDraft, findDraft, storeDraft } from './stored-drafts.ts';

/** The input of a form, which survives a sign-in in this tab. */
export interface Draft<Value> {
  value: Value;
  set: (value: Value) => void;
  /** Forgets the input, for example after the form was sent or closed. */
  discard: () => void;
  /** Keeps the input on the page, but does not restore it later, for example after it was sent. */
  forget: () => void;
}

/**
 * Keeps what the viewer types into a form in the tab's storage, so that it is restored when the same viewer has to sign in
 * again. Signing out deletes it. Do not use it for secrets.
 * @param key identifies the form
 */
export const useDraft = <Value>(key: string, initial: Value): Draft<Value> => {
  const [value, setValue] = useState<Value>(() => (findDraft(key) as Value | undefined) ?? initial);
  return {
    value,
    set: (changed) => {
      setValue(changed);
      storeDraft(key, changed);
    },
    forget: () => deleteDraft(key),
    discard: () => {
      deleteDraft(key);
      setValue(initial);
    },
  };
};
