import { useState } from 'preact/hooks';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { exampleText } from './example-text.ts';
import type { FormValue } from './form-value.ts';

export interface ExampleBarProps {
  /** Bodies. */
  examples: readonly unknown[];
  value: FormValue;
  isEmpty: boolean;
  /** Fills the form with a body; empties it without one. */
  onFill: (example: unknown) => void;
  onRestore: (value: FormValue) => void;
}

/** Buttons that fill a form with examples, and that restore what was there. */
export const ExampleBar = ({ examples, value, isEmpty, onFill, onRestore }: ExampleBarProps) => {
  const [before, setBefore] = useState<FormValue>();
  const fill = (example: unknown) => {
    setBefore(isEmpty ? undefined : value);
    onFill(example);
  };
  return (
    <fieldset class="examples" aria-label="Fill in">
      {examples.map((example, index) => (
        <Button key={exampleText(example)} onClick={() => fill(example)}>
          {examples.length === 1
            ? 'Fill in the example'
            : `Example ${index + 1}: ${exampleText(example)}`}
        </Button>
      ))}
      {!isEmpty && <Button onClick={() => fill(undefined)}>Clear</Button>}
      {before !== undefined && (
        <Button
          onClick={() => {
            onRestore(before);
            setBefore(undefined);
          }}
        >
          Undo
        </Button>
      )}
    </fieldset>
  );
};
