// Pages that load together: they share most of their parts, and few larger files load faster than many small ones.
export { FailedPage } from './failed-page.tsx';
export { MessagePage } from './message-page.tsx';
export { MessagesPage } from './messages-page.tsx';
export { NewPage } from './new-page.tsx';
export { SchedulePage } from './schedule-page.tsx';
export { SchedulesPage } from './schedules-page.tsx';
