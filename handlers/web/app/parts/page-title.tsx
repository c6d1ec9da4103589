import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

export interface PageTitleProps {
  title: string;
  /** The buttons of the page. */
  children?: ComponentChildren;
  /** One sentence under the title. */
  lead?: ComponentChildren;
}

/** The heading of a page, which is also the title of the tab. */
export const PageTitle = ({ title, lead, children }: PageTitleProps) => {
  useEffect(() => {
    document.title = `${title} · rez-agent`;
  }, [title]);
  return (
    <header class="page-title">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {lead !== undefined && <p class="muted">{lead}</p>}
      </div>
      {children !== undefined && <div class="actions">{children}</div>}
    </header>
  );
};
