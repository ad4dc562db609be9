import { describe, expect, it } from 'vitest';
import { jobDocumentPath, restPath, restPaths } from '../../../src/core/flink/restDocuments';

describe('a path that a person typed', () => {
  it.each([
    ['/jobs/overview', '/jobs/overview'],
    [' jobs/overview ', '/jobs/overview'],
    ['/jobs/metrics?get=a,b&agg=max', '/jobs/metrics?get=a,b&agg=max'],
  ])('%j is %s', (typed, path) => {
    expect(restPath(typed)).toBe(path);
  });

  it.each([
    '',
    '  ',
    'http://elsewhere/jobs',
    '//elsewhere/jobs',
    '/jobs /x',
    '/jo\nbs',
    '/jobs#x',
    String.raw`\\host\x`,
  ])('%j is refused: it is not a path of this server', (typed) => {
    expect(() => restPath(typed)).toThrow(/is not a path of the REST API/);
  });

  it('is refused when it climbs', () => {
    expect(() => restPath('/jars/../jobs')).toThrow(/no "\.\." in it/);
  });
});

describe('the paths to choose from', () => {
  it('have the ids of what is there now', () => {
    const paths = restPaths({ jobs: ['j'], vertices: new Map([['j', ['v']]]), taskManagers: ['t'] });
    expect(paths).toEqual(
      expect.arrayContaining([
        '/overview',
        '/jobs/j',
        '/jobs/j/checkpoints',
        '/jobs/j/vertices/v/watermarks',
        '/taskmanagers/t/logs',
      ]),
    );
    expect(paths.every((path) => restPath(path) === path)).toBe(true);
  });

  it('are those of the cluster alone when nothing else is there', () => {
    const paths = restPaths({ jobs: [], vertices: new Map(), taskManagers: [] });
    expect(paths.filter((path) => /:|\/jobs\/[^om]/.test(path))).toEqual([]);
  });
});

it('a job’s document is found by its id, whatever that is', () => {
  expect(jobDocumentPath('a/b', 'plan')).toBe('/jobs/a%2Fb/plan');
});
