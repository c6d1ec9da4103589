import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

export interface DialogProps {
  title: string;
  children: ComponentChildren;
  /** Called when the viewer closes it, also with Escape. */
  onClose: () => void;
}

/**
 * A modal dialog that is open as long as it is rendered. The browser keeps the focus inside, and gives it back. The Enter key
 * in a field clicks the button of type `submit`.
 */
export const Dialog = ({ title, children, onClose }: DialogProps) => {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = dialog;
    const opener = document.activeElement;
    current?.showModal();
    return () => {
      current?.close();
      // The browser gives the focus back only from a dialog that is still in the page.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      <form noValidate onSubmit={(event) => event.preventDefault()}>
        {children}
      </form>
    </dialog>
  );
};
