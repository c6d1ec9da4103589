import * as z from 'zod/mini';
import {
  type ActionConfiguration,
  type ActionContext,
  defineOperation,
} from '#lib/actions/action.ts';
import { type Course, CourseName, coursesOf } from '#lib/actions/courses.ts';
import { requireCourse } from '#lib/actions/require-course.ts';
import { cleanLine, shortened } from '#lib/platform/text.ts';
import { localText, zoneOf } from '#lib/platform/zone.ts';
import { courseSession } from './course-session.ts';
import { OffsetTime } from './golf-fields.ts';
import { dayForPeople, timeForPeople } from './local-day.ts';
import { type ListedReservation, readReservations } from './read-reservations.ts';

const MAX_KEY_CHARS = 64;

const ReservationsInput = z.strictObject({
  course: z.optional(
    CourseName.check(
      z.describe('The name of the course. Default: every course that is configured.'),
    ),
  ),
});

const Reservation = z.strictObject({
  course: z.string().check(z.describe('The name of the course.')),
  course_title: z.string().check(z.describe('The name of the course for people.')),
  reservation_id: z.string().check(z.describe('Identifies the reservation at its course.')),
  start_time: OffsetTime.check(z.describe('Local time at the course, with its offset.')),
  players: z.int().check(z.minimum(1), z.describe('The number of players.')),
  confirmation: z.optional(
    z.string().check(z.describe('What the golfer shows at the course. Absent when there is none.')),
  ),
});

const ReservationsOutput = z.strictObject({
  courses: z
    .array(z.string().check(z.describe('The name of a course for people.')))
    .check(z.describe('The courses that were asked.')),
  reservations: z
    .array(Reservation)
    .check(z.describe('All reservations that have not begun, ascending.')),
});
type ReservationsOutput = z.output<typeof ReservationsOutput>;

/** `golf.fetch_reservations` */
export const fetchReservations = defineOperation({
  action: 'golf',
  operation: 'fetch_reservations',
  aliases: ['get_reservations'],
  title: 'Golf reservations',
  description:
    'Lists the upcoming reservations of the golfer, at one course or at all. If one course does not answer, it fails.',
  input: ReservationsInput,
  output: ReservationsOutput,
  examples: [{}, { course: 'birdsfoot' }],
  effect: 'read',
  services: ['cps-<course>'],
  auth: 'oauth_password',
  assistants: { aliases: ['golf_get_reservations'] },
  check: (input, configuration) => {
    coursesIn(input, configuration);
  },
  run: async (input, context) => {
    const courses = coursesIn(input, context.configuration);
    const found = await allOf(courses.map((one) => reservationsAt(one, context)));
    return {
      courses: courses.map(({ title }) => title),
      reservations: found
        .flat()
        .sort((a, b) => Date.parse(a.start_time) - Date.parse(b.start_time)),
    };
  },
  present: (output) => [textOf(output)],
});

/** The course of an input; without one, every course. @throws AppError as `requireCourse` */
const coursesIn = (
  { course }: z.output<typeof ReservationsInput>,
  configuration: Pick<ActionConfiguration, 'parameters'>,
): readonly Course[] =>
  course === undefined ? coursesOf(configuration) : [requireCourse(course, configuration)];

/** Waits for every result before it fails, so that no call outlives the run. */
const allOf = async <Result>(promises: readonly Promise<Result>[]): Promise<Result[]> => {
  await Promise.allSettled(promises);
  return Promise.all(promises);
};

const reservationsAt = async (
  course: Course,
  context: ActionContext,
): Promise<z.output<typeof Reservation>[]> => {
  const zone = zoneOf(course.zone);
  const listed = await readReservations(courseSession(course, context), context.clock.now());
  return listed.map(({ id, startMs, players, confirmationKey }: ListedReservation) => ({
    course: course.name,
    course_title: course.title,
    reservation_id: id,
    start_time: localText(startMs, zone.offsetAt(startMs)),
    players,
    ...confirmationOf(confirmationKey),
  }));
};

const confirmationOf = (key = ''): { confirmation?: string } => {
  const confirmation = shortened(cleanLine(key), MAX_KEY_CHARS);
  return confirmation === '' ? {} : { confirmation };
};

const textOf = ({ courses, reservations }: ReservationsOutput): string => {
  if (reservations.length === 0) return `No upcoming reservations at ${courses.join(', ')}.`;
  return reservations
    .map(({ course_title, start_time, players, confirmation }) => {
      const golfers = players === 1 ? '1 player' : `${players} players`;
      const when = `${dayForPeople(start_time)}, ${timeForPeople(start_time)}`;
      const key = confirmation === undefined ? '' : `, confirmation ${confirmation}`;
      return `${course_title}, ${when}: ${golfers}${key}`;
    })
    .join('\n');
};
