import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';

const SHOWN_LINES = 30;

/** A JSON value as text. A long one is cut until the viewer asks for all of it. */
export const JsonView = ({ value }: { value: unknown }) => {
  const [isOpen, setOpen] = useState(false);
  const text = JSON.stringify(value, null, 2) ?? 'undefined';
  const lines = text.split('\n');
  const isCut = lines.length > SHOWN_LINES && !isOpen;
  return (
    <div class="json">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus. */}
      <pre tabIndex={0}>{isCut ? lines.slice(0, SHOWN_LINES).join('\n') : text}</pre>
      <div class="actions">
        {isCut && <Button onClick={() => setOpen(true)}>{`Show all ${lines.length} lines`}</Button>}
        <CopyButton text={text}>Copy</CopyButton>
      </div>
    </div>
  );
};
