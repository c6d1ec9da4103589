export interface SegmentsProps {
  /** What is chosen. */
  label: string;
  /** The choices by their values. */
  options: Readonly<Record<string, string>>;
  value: string;
  /** The address of the page with this choice. */
  hrefOf: (value: string) => string;
}

/** A choice of a few that the address keeps. Each one is a link. */
export const Segments = ({ label, options, value, hrefOf }: SegmentsProps) => (
  <nav class="segments" aria-label={label}>
    {Object.entries(options).map(([option, text]) => (
      <a key={option} href={hrefOf(option)} aria-current={option === value ? 'true' : undefined}>
        {text}
      </a>
    ))}
  </nav>
);
