import { type Course, coursesOf } from '#lib/actions/courses.ts';
import { SCOPES } from './identity-service.ts';
import { LOCAL_COURSES, SITE_DEFAULTS, type SiteAccount, type SiteCourse } from './site-course.ts';

/** The courses that the platform knows, so that no request of a local platform reaches a real site. */
const KNOWN_COURSES = coursesOf({
  parameters: { contact: undefined, home: undefined, courses: undefined, services: undefined },
}).map(
  (course): SiteCourse => ({
    ...SITE_DEFAULTS,
    name: course.name,
    title: course.title,
    courseId: course.course_id,
    siteId: Number(course.site_id),
    terminalId: Number(course.terminal_id),
    websiteId: course.website_id,
    clientId: course.client_id,
    zone: course.zone,
    generation: course.generation,
    daysInAdvance: course.days_ahead,
    listsBookingIds: false,
  }),
);

/** The courses whose sites run on this machine. */
export const LOCAL_SITES: readonly SiteCourse[] = [...LOCAL_COURSES, ...KNOWN_COURSES];

/** In the zones of the courses, where the local weather server has forecasts. Degrees. */
const COORDINATES: Readonly<Record<string, Pick<Course, 'latitude' | 'longitude'>>> = {
  east: { latitude: 40.71, longitude: -74.36 },
  west: { latitude: 47.61, longitude: -122.06 },
};

/** The entries of the parameter `courses` for the courses that the platform does not know. */
export const localCourses = (origins: Readonly<Record<string, string>>): Course[] =>
  LOCAL_COURSES.map((course) => {
    const { name, title, zone, generation } = course;
    const origin = origins[name];
    const place = COORDINATES[name];
    if (origin === undefined || place === undefined) throw new Error(`no site of ${name} runs`);
    return {
      ...{ name, title, origin, link: `${origin}/`, zone, ...place, generation },
      course_id: course.courseId,
      website_id: course.websiteId,
      site_id: String(course.siteId),
      terminal_id: String(course.terminalId),
      client_id: course.clientId,
      scope: SCOPES.join(' '),
      days_ahead: course.daysInAdvance,
      cancel_reason_id: Math.max(...course.cancelReasonIds),
      automation: 'allowed',
    };
  });

/** The golfer who may sign in at every local site. */
export const localGolfer = (password: string): SiteAccount => ({
  username: 'golfer@example.com',
  password,
  golferId: 4_711,
  acct: 'local-4711',
  email: 'golfer@example.com',
});
