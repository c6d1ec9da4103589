import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useKeptFocus } from '#handlers/web/app/state/use-kept-focus.ts';

export interface ButtonProps {
  children: ComponentChildren;
  /** `primary` for what the page is for, `danger` for what cannot be undone. */
  kind?: 'primary' | 'plain' | 'danger' | undefined;
  /** Large enough for a thumb. */
  isLarge?: boolean | undefined;
  type?: 'button' | 'submit' | undefined;
  isDisabled?: boolean | undefined;
  /** Says more than the text, for a button whose text is not unique on the page. */
  label?: string | undefined;
  /** Only for a button that shows and hides something. */
  isExpanded?: boolean | undefined;
  /**
   * While a returned promise is pending, the button is busy and does nothing. A button of type `submit` does this in place of
   * submitting its form.
   */
  onClick?: (() => unknown) | undefined;
}

export const Button = ({
  children,
  kind = 'plain',
  isLarge = false,
  type = 'button',
  isDisabled = false,
  label,
  isExpanded,
  onClick,
}: ButtonProps) => {
  const [isBusy, setBusy] = useState(false);
  const element = useRef<HTMLButtonElement>(null);
  useKeptFocus(element);
  const click = async (event: Event) => {
    if (onClick === undefined) return;
    // What the button does may remove its form, and a form that is not in the page cannot be submitted.
    event.preventDefault();
    if (isBusy) return;
    const pending = onClick();
    if (!(pending instanceof Promise)) return;
    setBusy(true);
    await pending.finally(() => setBusy(false));
  };
  return (
    <button
      ref={element}
      type={type}
      class={`button button-${kind}${isLarge ? ' button-large' : ''}`}
      disabled={isDisabled}
      aria-busy={isBusy}
      aria-label={label}
      aria-expanded={isExpanded}
      onClick={click}
    >
      {children}
    </button>
  );
};
