import type { ApiEffect } from '#handlers/web/app/api/responses.ts';
import { factsLine } from '#handlers/web/app/approvals/approval-words.ts';
import { moneyText } from '#handlers/web/app/format/money.ts';
import { operationName } from '#handlers/web/app/format/operation-name.ts';
import { ROW_LINK } from '#handlers/web/app/parts/row-keys.ts';
import { RowTable } from '#handlers/web/app/parts/row-table.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { EffectStatusBadge } from './effect-status-badge.tsx';

const COLUMNS = [
  { text: 'Status' },
  { text: 'What' },
  { text: 'Price', isWideOnly: true },
  { text: 'Changed' },
];

/** Effects as rows, each with a link to its page. */
export const EffectTable = ({ effects }: { effects: readonly ApiEffect[] }) => (
  <RowTable label="List of effects" name="effect-table" columns={COLUMNS}>
    <tbody>
      {effects.map((effect) => (
        <EffectRow key={effect.effect_id} effect={effect} />
      ))}
    </tbody>
  </RowTable>
);

const EffectRow = ({ effect }: { effect: ApiEffect }) => {
  const { effect_id, operation, facts, status, plan, updated_date } = effect;
  const cents = plan?.total_cents;
  return (
    <tr>
      <td>
        <EffectStatusBadge status={status} />
      </td>
      <th scope="row">
        <a href={`/effects/${encodeURIComponent(effect_id)}`} {...ROW_LINK}>
          <bdi class="one-line">{operationName(operation)}</bdi>
        </a>
        <bdi class="row-note one-line muted">{factsLine(facts)}</bdi>
        {cents !== undefined && (
          <span class="row-note narrow-only muted">Price {moneyText(cents)}</span>
        )}
      </th>
      <td class="wide-only">{cents !== undefined && moneyText(cents)}</td>
      <td>
        <Time at={updated_date} isInLink />
      </td>
    </tr>
  );
};
