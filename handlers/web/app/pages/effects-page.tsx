import type { ApiEffect } from '#handlers/web/app/api/responses.ts';
import { EffectTable } from '#handlers/web/app/effects/effect-table.tsx';
import { EFFECT_WORDS } from '#handlers/web/app/effects/effect-words.ts';
import { LedgerList } from '#handlers/web/app/ledger/ledger-list.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

/** The ledger of what cannot be undone, the newest change first. */
export const EffectsPage = () => (
  <>
    <PageTitle
      title="Effects"
      lead="The ledger of what cannot be undone. Each effect happens at most once."
    />
    <LedgerList<ApiEffect>
      path="/api/effects"
      noun="effect"
      statuses={EFFECT_WORDS}
      defaultStatus=""
      idOf={({ effect_id }) => effect_id}
      empty={
        <Empty title="There are no effects yet.">
          <p>What an action does that cannot be undone is written here first.</p>
        </Empty>
      }
    >
      {(effects) => <EffectTable effects={effects} />}
    </LedgerList>
  </>
);
