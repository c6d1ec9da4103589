// Otherwise the parts that only this page shares with a group of pages would be files of their own.
import './ledger-pages.ts';
import './operating-pages.ts';
import './work-pages.ts';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { apiError } from '#handlers/web/app/api/api-error.ts';
import { FormBody } from '#handlers/web/app/forms/form-body.tsx';
import { formNodeOf } from '#handlers/web/app/forms/form-node-of.ts';
import { inputOf } from '#handlers/web/app/forms/form-value.ts';
import { useSchemaForm } from '#handlers/web/app/forms/use-schema-form.ts';
import { MessageExamples } from '#handlers/web/app/messages/message-examples.tsx';
import { Badge, EffectBadge, StatusBadge } from '#handlers/web/app/parts/badge.tsx';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { ConfirmDialog } from '#handlers/web/app/parts/confirm-dialog.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { FactList } from '#handlers/web/app/parts/fact-list.tsx';
import { Facts } from '#handlers/web/app/parts/facts.tsx';
import { Checkbox, DateField, SelectField, TextField } from '#handlers/web/app/parts/field.tsx';
import { Figures } from '#handlers/web/app/parts/figures.tsx';
import { HourChart } from '#handlers/web/app/parts/hour-chart.tsx';
import { JsonView } from '#handlers/web/app/parts/json-view.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { Requester } from '#handlers/web/app/parts/requester.tsx';
import { LoadError, ResourceView, Skeleton } from '#handlers/web/app/parts/resource-view.tsx';
import { Segments } from '#handlers/web/app/parts/segments.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { TimeLeft } from '#handlers/web/app/parts/time-left.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { ScheduleSpecimens } from './schedule-specimens.tsx';

const COLOURS = ['text', 'text-muted', 'accent', 'ok', 'warn', 'bad', 'info'];
const SURFACES = [
  'surface-page',
  'surface',
  'surface-inset',
  'ok-surface',
  'warn-surface',
  'bad-surface',
  'info-surface',
];
const SPACES = ['1', '2', '3', '4', '5', '6', '7'];
const TEXTS = ['small', 'normal', 'large', 'title', 'figure'];
const COUNTDOWN_END_MS = Date.now() + 1_800_000;
const TONES = ['info', 'ok', 'warn', 'bad', 'neutral'] as const;
const HOURS = Array.from({ length: 24 }, (_, index) => ({
  hour: new Date(Date.UTC(2026, 2, 1, index)).toISOString(),
  created: (index * 7) % 23,
  completed: Math.max(0, ((index * 7) % 23) - 2),
  failed: index % 6 === 0 ? 1 : 0,
}));

/** Every value and every part that pages consist of, in all states. Only the local platform serves this page. */
export const StyleguidePage = () => (
  <>
    <PageTitle title="Style guide" lead="The values and parts that pages consist of." />
    <Tokens />
    <Panel title="Buttons">
      <Row>
        <Button kind="primary">Primary</Button>
        <Button>Plain</Button>
        <Button kind="danger">Danger</Button>
        <Button isDisabled>Disabled</Button>
        <Button kind="primary" isLarge>
          Large
        </Button>
        <Button onClick={() => new Promise((resolve) => setTimeout(resolve, 2_000))}>
          Busy for 2 s
        </Button>
        <Button onClick={() => toast('It is done.')}>Toast</Button>
      </Row>
    </Panel>
    <Panel title="Status">
      <Row>
        {[
          'created',
          'queued',
          'processing',
          'completed',
          'failed',
          'up',
          'late',
          'down',
          'paused',
          'new',
        ].map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
      </Row>
      <Row>
        {TONES.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
      </Row>
      {TONES.map((tone) => (
        <Notice key={tone} tone={tone} title={`A notice of tone ${tone}`} isAnnounced={false}>
          What the viewer should know, and what to do.
        </Notice>
      ))}
    </Panel>
    <Fields />
    <GeneratedForm />
    <Panel title="Lists">
      <Skeleton what="an example" />
      <Empty title="There is nothing yet.">
        <a href="/new">Create the first one</a>
      </Empty>
      <LoadError
        what="an example"
        error={apiError({
          status: 503,
          code: 'SERVICE_UNAVAILABLE',
          message: 'the database does not answer',
          correlationId: 'example-1',
        })}
        reload={() => {}}
      />
      <ResourceView
        what="an example"
        resource={{
          data: 'data of before',
          loadedAtMs: Date.now() - 125_000,
          error: apiError({
            status: 0,
            code: 'OFFLINE',
            message: 'This device is not connected to the internet.',
          }),
          isLoading: false,
          reload: () => {},
        }}
      >
        {(data) => <p>{data}</p>}
      </ResourceView>
    </Panel>
    <Panel title="Time, facts and JSON">
      <Row>
        <Time at={new Date(Date.now() - 90_000).toISOString()} />
        <Time at="2026-03-01T12:00:00.000Z" />
        <Time at="2026-03-01T12:00:00.000Z" isExact />
      </Row>
      <Row>
        <TimeLeft untilMs={COUNTDOWN_END_MS} /> <TimeLeft untilMs={0} />
        <Requester name="scheduler" /> <Requester name="mcp:claude" />
      </Row>
      <FactList facts={[{ label: 'Course', value: 'Birdsfoot' }]} />
      <Facts
        facts={{
          Creator: 'user:ada',
          Attempts: 2,
          'Next due': <Time at={new Date().toISOString()} />,
        }}
      />
      <JsonView
        value={{
          message: 'Water the plants',
          list: Array.from({ length: 40 }, (_, index) => index),
        }}
      />
    </Panel>
    <Panel title="Figures and a choice">
      <Segments
        label="Window"
        options={{ 1: '1 h', 24: '24 h' }}
        value="24"
        hrefOf={() => '/styleguide'}
      />
      <Figures figures={{ Created: '1,234', 'Success rate': '98.5%' }} />
    </Panel>
    <ScheduleSpecimens />
    <MessageExamples />
    <Panel title="Chart">
      <HourChart hours={HOURS} />
    </Panel>
  </>
);

const Row = ({ children }: { children: ComponentChildren }) => (
  <div class="actions">{children}</div>
);

const Tokens = () => (
  <Panel title="Values">
    <Row>
      {COLOURS.map((name) => (
        <span key={name} style={{ color: `var(--${name})` }}>
          {name}
        </span>
      ))}
    </Row>
    <Row>
      {SURFACES.map((name) => (
        <span key={name} class="swatch" style={{ background: `var(--${name})` }}>
          {name}
        </span>
      ))}
    </Row>
    <Row>
      {SPACES.map((name) => (
        <span key={name} class="swatch" style={{ padding: `var(--space-${name})` }}>
          {name}
        </span>
      ))}
    </Row>
    {TEXTS.map((name) => (
      <p key={name} style={{ fontSize: `var(--text-${name})` }}>
        Text of size {name}
      </p>
    ))}
  </Panel>
);

const Fields = () => {
  const [text, setText] = useState('');
  const [isOn, setOn] = useState(true);
  const [isAsking, setAsking] = useState(false);
  return (
    <Panel title="Forms">
      <TextField
        label="Text"
        isRequired
        help="What the text is for."
        value={text}
        onInput={setText}
      />
      <TextField label="Wrong" error="must not be empty" value={text} onInput={setText} />
      <TextField label="Lines" lines={3} value={text} onInput={setText} />
      <DateField label="Day" value="2026-03-01" onChange={() => {}} />
      <SelectField
        label="One of"
        value="a"
        options={{ a: 'First', b: 'Second' }}
        onChange={() => {}}
      />
      <Checkbox label="Yes or no" help="What it changes." isChecked={isOn} onChange={setOn} />
      <Row>
        <Button kind="danger" onClick={() => setAsking(true)}>
          Delete …
        </Button>
      </Row>
      {isAsking && (
        <ConfirmDialog
          title="Delete this example?"
          action="Delete"
          kind="danger"
          asksReason
          typedText="example"
          onConfirm={async () => toast('Deleted')}
          onClose={() => setAsking(false)}
        >
          <p>It cannot be undone.</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
};

const EXAMPLE_NODE = formNodeOf(
  {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 20, description: 'A text with a limit, such as `lamp`.' },
      count: { type: 'integer', minimum: 1, maximum: 7, default: 2 },
      is_on: { type: 'boolean' },
      day: { type: 'string', format: 'date' },
      size: { enum: ['small', 'large'] },
      tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
      place: {
        anyOf: [{ type: 'object', properties: { x: { type: 'number' } } }, { type: 'string' }],
      },
      more: {},
    },
    required: ['name'],
    additionalProperties: false,
  },
  { label: 'Example', isRequired: true, root: {} },
);

const GeneratedForm = () => {
  const [value, setValue] = useState(() =>
    inputOf(EXAMPLE_NODE, { count: 9, tags: ['first'], size: 'huge', place: { x: 1 } }),
  );
  const form = useSchemaForm(EXAMPLE_NODE, value);
  return (
    <Panel title="A form of a JSON Schema">
      <form class="form" aria-label="Example" onSubmit={(event) => event.preventDefault()}>
        <FormBody node={EXAMPLE_NODE} value={value} form={form} onChange={setValue} />
        <div class="actions">
          <Button kind="primary" onClick={form.check}>
            Check
          </Button>
        </div>
      </form>
      <JsonView value={form.body} />
      <Row>
        <EffectBadge effect="read" />
        <EffectBadge effect="reversible" />
        <EffectBadge effect="irreversible" />
      </Row>
    </Panel>
  );
};
