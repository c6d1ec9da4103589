import type { SystemState } from '#handlers/web/app/api/responses.ts';
import { countText } from '#handlers/web/app/format/number.ts';
import { Badge } from '#handlers/web/app/parts/badge.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { Unread } from './unread.tsx';

/** The queues with what waits in them, and their dead letters. */
export const QueuesPanel = ({ queues }: Pick<SystemState, 'queues'>) => (
  <Panel title="Queues">
    {queues === null ? (
      <Unread what="The queues" />
    ) : (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus.
      <section class="scroll" tabIndex={0} aria-label="Depths of the queues">
        <table>
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col" class="number">
                Waiting
              </th>
              <th scope="col" class="number">
                In work
              </th>
              <th scope="col" class="number">
                Dead letters
              </th>
            </tr>
          </thead>
          <tbody>
            {queues.map(({ name, waiting, in_flight, dead_letters }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">{depthText(waiting)}</td>
                <td class="number">{depthText(in_flight)}</td>
                <td class="number">
                  {dead_letters === null || dead_letters === 0 ? (
                    depthText(dead_letters)
                  ) : (
                    <Badge tone="bad">{countText(dead_letters)}</Badge>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    )}
    <p class="muted">
      The numbers are approximate. Dead letters are records that no function could process:{' '}
      <code>docs/runbooks/dead-letters.md</code> says what to do with them.
    </p>
  </Panel>
);

const depthText = (depth: number | null) => (depth === null ? '–' : countText(depth));
