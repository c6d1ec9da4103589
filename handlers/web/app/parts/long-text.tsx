import { useState } from 'preact/hooks';
import { countText } from '#handlers/web/app/format/number.ts';
import { Button } from './button.tsx';

const SHOWN_CHARS = 1_000;

/** A text that others wrote, with its line breaks. A long one is cut until the viewer asks for all of it. */
export const LongText = ({ text }: { text: string }) => {
  const [isOpen, setOpen] = useState(false);
  const isCut = text.length > SHOWN_CHARS && !isOpen;
  return (
    <>
      <bdi class="data-text">{isCut ? `${text.slice(0, SHOWN_CHARS)}…` : text}</bdi>
      {isCut && (
        <div>
          <Button onClick={() => setOpen(true)}>
            {`Show all ${countText(text.length)} characters`}
          </Button>
        </div>
      )}
    </>
  );
};
