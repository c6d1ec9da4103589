import { describe, expect, it } from 'vitest';
import { coursesOf, serviceOfCourse } from '#lib/actions/courses.ts';

const parameters = { contact: undefined, home: undefined, courses: undefined, services: undefined };
const coursesWith = (courses: unknown) =>
  coursesOf({ parameters: { ...parameters, courses: JSON.stringify(courses) } });

const [known] = coursesOf({ parameters });
if (known === undefined) throw new Error('the code knows no course');

describe('the courses', () => {
  it('are those of the code without the parameter', () => {
    expect(coursesOf({ parameters }).map(({ name }) => name)).toEqual(['birdsfoot', 'totteridge']);
  });

  it('have those of the parameter in addition, and instead of those of the same name', () => {
    const courses = coursesWith([
      { ...known, title: 'Replaced' },
      { ...known, name: 'links' },
    ]);

    expect(courses.map(({ name, title }) => [name, title])).toEqual([
      ['totteridge', 'Totteridge'],
      ['birdsfoot', 'Replaced'],
      ['links', known.title],
    ]);
  });

  it.each([
    ['not a list', {}],
    ['a course without an origin', [{ ...known, origin: undefined }]],
    ['an origin with a path', [{ ...known, origin: 'https://a.example/b' }]],
    ['an origin with a user', [{ ...known, origin: 'https://u@a.example' }]],
    ['an unknown zone', [{ ...known, zone: 'Mars/Base' }]],
    ['an unknown property', [{ ...known, colour: 'green' }]],
    ['a generation that does not exist', [{ ...known, generation: 'new' }]],
    ['a link that runs code', [{ ...known, link: 'javascript:alert(1)' }]],
    ['an id with a line break', [{ ...known, client_id: 'a\nb' }]],
  ])('wait for an operator when the parameter is %s', (_what, value) => {
    expect(() => coursesWith(value)).toThrowError(
      expect.objectContaining({
        kind: 'unavailable',
        code: 'CONFIG_UNAVAILABLE',
        message: expect.stringContaining('courses'),
      }),
    );
  });
});

describe('the service of a course', () => {
  it('is called at the origin of the parameter services, if it names the service', () => {
    const services = JSON.stringify({ 'cps-birdsfoot': 'http://127.0.0.1:2620' });

    const service = serviceOfCourse(known, { parameters: { ...parameters, services } });

    expect(service).toEqual({
      name: 'cps-birdsfoot',
      origin: 'http://127.0.0.1:2620',
      link: known.link,
    });
  });
});
