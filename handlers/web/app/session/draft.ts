import { useState } from 'preact/hooks';

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
 * Keeps what the viewer types into a form in the tab's storage, so that it is restored when the session ends and the
 * viewer signs in again. Do not use it for secrets.
 * @param key identifies the form
 */
export const useDraft = <Value>(key: string, initial: Value): Draft<Value> => {
  const name = `draft:${key}`;
  const [value, setValue] = useState<Value>(() => storedDraft<Value>(name) ?? initial);
  return {
    value,
    set: (changed) => {
      setValue(changed);
      sessionStorage.setItem(name, JSON.stringify(changed));
    },
    forget: () => sessionStorage.removeItem(name),
    discard: () => {
      sessionStorage.removeItem(name);
      setValue(initial);
    },
  };
};

const storedDraft = <Value>(name: string): Value | undefined => {
  const text = sessionStorage.getItem(name);
  return text === null ? undefined : (JSON.parse(text) as Value);
};
