import { Button } from './button.tsx';
import { toast } from './toasts.tsx';

export interface CopyButtonProps {
  text: string;
  children: string;
  /** Says more than `children`, where several texts can be copied. */
  label?: string | undefined;
}

/** Copies a text. */
export const CopyButton = ({ text, children, label }: CopyButtonProps) => (
  <Button
    label={label}
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
