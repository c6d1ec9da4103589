import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { Courses, coursesOf } from '#lib/actions/courses.ts';
import { LOCAL_SITES, localCourses } from '#scripts/local/golf/local-sites.ts';

const NONE = { contact: undefined, home: undefined, courses: undefined, services: undefined };
const ORIGINS = Object.fromEntries(
  LOCAL_SITES.map(({ name }, n) => [name, `http://127.0.0.1:${2_000 + n}`]),
);

describe('the local reservation sites', () => {
  it('have the ids of the course that the platform is configured for', () => {
    const courses = JSON.stringify(localCourses(ORIGINS));

    const known = coursesOf({ parameters: { ...NONE, courses } });

    expect(
      LOCAL_SITES.map((site) => [site.name, site.courseId, site.websiteId, site.generation]).sort(),
    ).toEqual(known.map((one) => [one.name, one.course_id, one.website_id, one.generation]).sort());
  });

  it('include one of each generation in another zone, in the schema of the parameter', () => {
    const courses = z.parse(Courses, localCourses(ORIGINS));

    expect(courses.map(({ name, generation, zone }) => ({ name, generation, zone }))).toEqual([
      { name: 'east', generation: 'classic', zone: 'America/New_York' },
      { name: 'west', generation: 'registered', zone: 'America/Los_Angeles' },
    ]);
  });

  it('all have an origin, because a request must not reach a real site', () => {
    const { west, ...others } = ORIGINS;

    expect(west).toBeDefined();
    expect(() => localCourses(others)).toThrow('no site of west runs');
  });
});
