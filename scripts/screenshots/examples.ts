import { DAY_MS } from '#lib/platform/clock.ts';

/** A message that the pictures show. */
export interface ExampleMessage {
  /** Identifies it within a day. */
  name: string;
  path: string;
  body: unknown;
}

/** A schedule that the pictures show. */
export interface ExampleSchedule {
  name: string;
  pause?: { reason: string };
  [property: string]: unknown;
}

/** The schedule that fires. */
export const FIRED_SCHEDULE = 'weekday-tea';

export const EXAMPLE_SCHEDULES: readonly ExampleSchedule[] = [
  {
    name: FIRED_SCHEDULE,
    description: 'A short break in the afternoon.',
    schedule_expression: 'cron(0 16 ? * MON-FRI *)',
    timezone: 'Europe/Berlin',
    target_type: 'scheduled',
    target: { message_type: 'manual', payload: { title: 'Tea time', message: 'The kettle is on' } },
    overlap: 'allow',
  },
  {
    name: 'weekend-forecast',
    description: 'The weather of the weekend, on Friday evening.',
    schedule_expression: 'cron(30 18 ? * FRI *)',
    timezone: 'America/New_York',
    target_type: 'web_action',
    target: {
      message_type: 'web_action',
      payload: { version: '1.0', action: 'weather', days: 3 },
      arguments: { operation: 'get_forecast' },
    },
  },
  {
    name: 'garden-watering',
    schedule_expression: 'rate(12 hours)',
    timezone: 'Europe/Berlin',
    target_type: 'notification',
    target: { message_type: 'notify', payload: { title: 'Garden', message: 'Water the beds' } },
    pause: { reason: 'The garden sleeps until spring' },
  },
];

/** The messages, in the order in which they are created. Every message type is among them, and some fail. */
export const exampleMessages = (nowMs: number): readonly ExampleMessage[] => [
  ...PLACES.map(([latitude, longitude]) =>
    action('weather/get_forecast', `forecast ${latitude}`, { latitude, longitude, days: 1 }),
  ),
  message('invalid digest', 'scheduled', { title: 5 }, { operation: 'digest' }),
  message('digest', 'scheduled', { title: 'The day so far' }, { operation: 'digest' }),
  message('resume', 'schedule_creation', {}, { action: 'resume', name: FIRED_SCHEDULE }),
  message('laundry', 'notify', { title: 'Laundry', message: 'The machine is done' }),
  message('greeting', 'hello_world', {}),
  ...TEXTS.map((text) => message(text, 'manual', { title: 'Garden', message: text })),
  action('golf/search_tee_times', 'tee times', {
    ...{ course: 'east', players: 2, from: '08:00', to: '11:00' },
    date: new Date(nowMs + DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length),
  }),
  action('weather/get_forecast', FORECAST, { days: 2 }),
];

/** The name of the message of the action with a result and two pushes. */
export const FORECAST = 'forecast';

/** The weather service knows only the United States, so these fail. Degrees north and east. */
const PLACES = [
  [52.52, 13.4],
  [38.72, -9.14],
  [64.15, -21.94],
] as const;

const TEXTS = ['Bring in the lemon tree', 'Order seeds', 'Empty the rain barrel'];

const message = (
  name: string,
  message_type: string,
  payload: object,
  input?: object,
): ExampleMessage => ({
  ...{ name, path: '/api/messages' },
  body: { message_type, payload, ...(input === undefined ? {} : { arguments: input }) },
});

const action = (operation: string, name: string, body: object): ExampleMessage => ({
  ...{ name, path: `/api/actions/${operation}`, body },
});
