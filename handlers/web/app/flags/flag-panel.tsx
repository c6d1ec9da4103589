import type { Flag } from '#handlers/web/app/api/responses.ts';
import { upperFirst } from '#handlers/web/app/format/upper-first.ts';
import { Badge } from '#handlers/web/app/parts/badge.tsx';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { mayAdminister } from '#handlers/web/app/session/session.ts';
import { FlagFacts } from './flag-facts.tsx';
import { stateText } from './flag-words.ts';

export interface FlagPanelProps {
  flag: Flag;
  /** The admin wants this value. */
  onChange: (enabled: boolean) => void;
}

/** One flag, and the buttons of an admin. */
export const FlagPanel = ({ flag, onChange }: FlagPanelProps) => (
  <Panel
    title={flag.name}
    actions={
      <>
        <Badge tone={toneOf(flag)}>{stateText(flag)}</Badge>
        {flag.enabled !== flag.default && (
          <span class="muted">usually {stateText({ enabled: flag.default })}</span>
        )}
      </>
    }
  >
    <p>{upperFirst(flag.meaning)}.</p>
    {!flag.is_understood && (
      <Notice
        tone="warn"
        title={
          flag.version === 0
            ? 'The flag has no value.'
            : 'The value of the flag cannot be read: it is malformed.'
        }
        isAnnounced={false}
      >
        The default is used: {stateText(flag)}.
      </Notice>
    )}
    <FlagFacts flag={flag} hasValue={false} />
    {mayAdminister() && (
      <div class="actions">
        <Button
          kind={flag.enabled ? 'danger' : 'primary'}
          label={`Switch ${stateText({ enabled: !flag.enabled })}: ${flag.name}`}
          onClick={() => onChange(!flag.enabled)}
        >
          Switch {stateText({ enabled: !flag.enabled })}
        </Button>
        <Button label={`Change the note of ${flag.name}`} onClick={() => onChange(flag.enabled)}>
          Change the note
        </Button>
      </div>
    )}
  </Panel>
);

const toneOf = ({ enabled, is_understood, default: byDefault }: Flag) => {
  if (!is_understood || enabled !== byDefault) return 'warn';
  return enabled ? 'ok' : 'neutral';
};
