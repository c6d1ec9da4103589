import { useEffect, useState } from 'preact/hooks';
import { TextField } from './field.tsx';

export interface DelayedTextFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

const TYPING_MS = 300;

/** A text field that waits for a pause in typing, so that not every letter is a request and an entry of the history. */
export const DelayedTextField = ({
  label,
  placeholder,
  value,
  onChange,
}: DelayedTextFieldProps) => {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return <TextField {...{ label, placeholder }} value={text} onInput={setText} />;
};
