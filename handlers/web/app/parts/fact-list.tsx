import type { Fact } from '#lib/actions/action.ts';
import { LongText } from './long-text.tsx';

/** What is done, as an operation describes it. The texts can come from others. */
export const FactList = ({ facts }: { facts: readonly Fact[] }) => (
  <dl class="facts">
    {facts.map(({ label, value }, index) => (
      <div key={`${index} ${label}`}>
        <dt>
          <LongText text={label} />
        </dt>
        <dd>
          <LongText text={value} />
        </dd>
      </div>
    ))}
  </dl>
);
