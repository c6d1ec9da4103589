import { useState } from 'preact/hooks';
import { errorText, isApiError } from '#handlers/web/app/api/api-error.ts';
import { request } from '#handlers/web/app/api/request.ts';
import type { Flag } from '#handlers/web/app/api/responses.ts';
import { upperFirst } from '#handlers/web/app/format/upper-first.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Dialog } from '#handlers/web/app/parts/dialog.tsx';
import { DateTimeField, TextField } from '#handlers/web/app/parts/field.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { useDraft } from '#handlers/web/app/session/draft.ts';
import { nowMs } from '#handlers/web/app/state/now.ts';
import {
  type FlagInput,
  type FlagProblems,
  flagChange,
  flagInput,
  flagProblems,
  flagProblemsOf,
} from './flag-change.ts';
import { FlagFacts } from './flag-facts.tsx';
import { stateText } from './flag-words.ts';

export interface FlagDialogProps {
  /** As it is now. */
  flag: Flag;
  /** The value that the admin wants. */
  enabled: boolean;
  /** Reads the flags again. */
  reload: () => void;
  onClose: () => void;
}

/** Asks an admin for the reason of a change of a flag, and makes the change. */
export const FlagDialog = ({ flag, enabled, reload, onClose }: FlagDialogProps) => {
  const draft = useDraft<FlagInput>(`flag ${flag.name}`, flagInput(flag));
  const [seenVersion] = useState(flag.version);
  const [isOverwriting, setOverwriting] = useState(false);
  const [shown, setShown] = useState<readonly (keyof FlagInput)[]>([]);
  const [refused, setRefused] = useState<{ problems: FlagProblems; error: unknown }>();
  const input = draft.value;
  const problems = flagProblems(input, nowMs.value);
  const problemOf = (field: keyof FlagInput) =>
    refused?.problems[field] ?? (shown.includes(field) ? problems[field] : undefined);
  const change = (changes: Partial<FlagInput>) => {
    setRefused(undefined);
    draft.set({ ...input, ...changes });
  };
  const leave = (field: keyof FlagInput) => () => setShown([...shown, field]);
  const close = () => {
    draft.discard();
    onClose();
  };
  const isSwitch = flag.enabled !== enabled;
  const action = isSwitch ? `Switch ${stateText({ enabled })}` : 'Change the note';

  const send = async () => {
    setShown(['reason', 'until', 'limit']);
    if (Object.keys(problems).length > 0) return;
    // After a conflict, the dialog shows the flag as it is now, and this is what the admin overwrites.
    const version = isOverwriting ? flag.version : seenVersion;
    try {
      const body = flagChange(input, { enabled, version });
      await request<Flag>('PUT', `/api/flags/${flag.name}`, { body });
      toast(
        `${flag.name} is ${stateText({ enabled })}. It takes up to a minute until all functions know it.`,
      );
      reload();
      close();
    } catch (error) {
      if (!isApiError(error)) throw error;
      const isConflict = error.status === 409 || error.status === 412;
      if (isConflict) {
        setOverwriting(true);
        reload();
      }
      const { problems: byField, others } = flagProblemsOf(error.details);
      const isShownAtFields = error.details.length > 0 && others.length === 0;
      setRefused({
        problems: byField,
        error: isConflict || isShownAtFields ? undefined : error,
      });
    }
  };

  return (
    <Dialog title={`${action}: ${flag.name}`} onClose={close}>
      <p>{upperFirst(flag.meaning)}.</p>
      {isOverwriting && (
        <Notice tone="warn" title="Somebody else changed this flag.">
          <FlagFacts flag={flag} />
          <p>Your input is kept. Send it again to replace this state.</p>
        </Notice>
      )}
      <TextField
        label="Reason"
        isRequired
        help="Everybody sees it here, and it is logged."
        value={input.reason}
        onInput={(reason) => change({ reason })}
        onBlur={leave('reason')}
        error={problemOf('reason')}
      />
      <DateTimeField
        label="Until"
        help="A note for people: the flag does not change by itself."
        value={input.until}
        onChange={(until) => change({ until })}
        error={problemOf('until')}
      />
      <TextField
        label="Only for"
        help="Users and message types, one per line. Empty: for everybody."
        lines={2}
        value={input.limit}
        onInput={(limit) => change({ limit })}
        onBlur={leave('limit')}
        error={problemOf('limit')}
      />
      {refused?.error !== undefined && (
        <Notice tone="bad" title="The flag is not changed.">
          {errorText(refused.error)}
        </Notice>
      )}
      <div class="actions">
        <Button kind={enabled || !isSwitch ? 'primary' : 'danger'} type="submit" onClick={send}>
          {action}
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </Dialog>
  );
};
