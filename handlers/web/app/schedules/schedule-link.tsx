import { useEffect, useState } from 'preact/hooks';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiSchedule, ScheduleList } from '#handlers/web/app/api/responses.ts';
import { scheduleOfMessage } from '#handlers/web/app/messages/schedule-of-message.ts';

/** The schedule that created a message, as a link once it is known. */
export const ScheduleLink = ({ messageId }: { messageId: string }) => {
  const [schedule, setSchedule] = useState<ApiSchedule>();
  useEffect(() => {
    const abort = new AbortController();
    const find = async () => {
      const { signal } = abort;
      const query = { limit: 100 };
      const { body } = await request<ScheduleList>('GET', '/api/schedules', { query, signal });
      const found = await scheduleOfMessage({ id: messageId }, body.data);
      if (!signal.aborted) setSchedule(found);
    };
    // Without the name, the page still says that a schedule created the message.
    find().catch(() => setSchedule(undefined));
    return () => abort.abort();
  }, [messageId]);
  if (schedule === undefined) return <>a schedule</>;
  return (
    <a href={`/schedules/${schedule.id}`}>
      <bdi>{schedule.name}</bdi>
    </a>
  );
};
