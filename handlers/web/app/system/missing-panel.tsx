import type { SystemState } from '#handlers/web/app/api/responses.ts';
import { Badge } from '#handlers/web/app/parts/badge.tsx';
import { CopyButton } from '#handlers/web/app/parts/copy-button.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { commandText } from './command-text.ts';
import { Unread } from './unread.tsx';

type Missing = NonNullable<SystemState['missing_secrets']>[number];

/** The parameters and secrets without a value, with the commands that set them. */
export const MissingPanel = ({
  parameters,
  secrets,
}: {
  parameters: SystemState['missing_parameters'];
  secrets: SystemState['missing_secrets'];
}) => {
  const missing = [
    ...(parameters ?? []).map((one) => ({ ...one, kind: 'parameter' })),
    ...(secrets ?? []).map((one) => ({ ...one, kind: 'secret' })),
  ];
  return (
    <Panel title="Missing values">
      {parameters === null && <Unread what="The parameters" />}
      {secrets === null && <Unread what="The secrets" />}
      {missing.length > 0 && (
        <ul class="rows">
          {missing.map((one) => (
            <MissingValue key={`${one.kind} ${one.name}`} {...one} />
          ))}
        </ul>
      )}
      {missing.length === 0 && parameters !== null && secrets !== null && (
        <p>
          <Badge tone="ok">complete</Badge> Every parameter and secret has a value.
        </p>
      )}
    </Panel>
  );
};

const MissingValue = ({ kind, name, needed_for, command: text }: Missing & { kind: string }) => {
  const { command, note } = commandText(text);
  return (
    <li>
      <span class="row-text">
        <strong>{name}</strong>
        <span class="row-note muted">
          {kind}, needed for {needed_for}
        </span>
        <code class="command">{command}</code>
        {note !== undefined && <span class="row-note muted">({note})</span>}
      </span>
      <CopyButton text={command} label={`Copy the command for ${name}`}>
        Copy
      </CopyButton>
    </li>
  );
};
