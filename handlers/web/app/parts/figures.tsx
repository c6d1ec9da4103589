import type { ComponentChildren } from 'preact';

/** Names and large values. */
export const Figures = ({ figures }: { figures: Readonly<Record<string, ComponentChildren>> }) => (
  <dl class="figures">
    {Object.entries(figures).map(([name, value]) => (
      <div key={name}>
        <dt class="muted">{name}</dt>
        <dd class="figure-value">{value}</dd>
      </div>
    ))}
  </dl>
);
