import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useHeadingFocus } from '#handlers/web/app/state/use-heading-focus.ts';

export interface PageTitleProps {
  title: string;
  /** The buttons of the page. */
  children?: ComponentChildren;
  /** One sentence under the title. */
  lead?: ComponentChildren;
}

/** The heading of a page, which is also the title of the tab. It gets the focus when the viewer opens the page. */
export const PageTitle = ({ title, lead, children }: PageTitleProps) => {
  const heading = useRef<HTMLHeadingElement>(null);
  useHeadingFocus(heading, title);
  useLayoutEffect(() => {
    document.title = `${title} · rez-agent`;
  }, [title]);
  return (
    <header class="page-title">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead !== undefined && <p class="muted">{lead}</p>}
      </div>
      {children !== undefined && <div class="actions">{children}</div>}
    </header>
  );
};
