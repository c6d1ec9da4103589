import { Button } from './button.tsx';
import { toast } from './toasts.tsx';

/** Copies a text. */
export const CopyButton = ({ text, children }: { text: string; children: string }) => (
  <Button
    onClick={async () => {
      try {
        await navigator.clipboard.writeText(text);
        toast('Copied');
      } catch {
        toast('The browser does not allow to copy. Select the text instead.', 'warn');
      }
    }}
  >
    {children}
  </Button>
);
