import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export interface PanelProps {
  title: string;
  children: ComponentChildren;
  /** Links or buttons at the right of the title. */
  actions?: ComponentChildren;
}

/** A part of a page with a heading. */
export const Panel = ({ title, actions, children }: PanelProps) => {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={id}>
      <header class="panel-title">
        <h2 id={id}>{title}</h2>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
};
