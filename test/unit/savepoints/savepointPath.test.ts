import { describe, expect, it } from 'vitest';
import { savepointKey, savepointPath } from '../../../src/core/savepoints/savepointPath';

describe('the path of a savepoint', () => {
  it.each([
    ['/data/savepoints/savepoint-694d7c-2a9dafb8eb8b', '/data/savepoints/savepoint-694d7c-2a9dafb8eb8b'],
    ['file:/data/sp', '/data/sp'],
    ['file:///data/sp', '/data/sp'],
    ['file://localhost/data/sp', '/data/sp'],
    ['  /data/sp/ ', '/data/sp'],
    ['/data/sp/_metadata', '/data/sp'],
    ['/data//sp', '/data/sp'],
    ['file:/data/100%25/sp', '/data/100%25/sp'],
    ['file:///C:/data/sp', 'C:/data/sp'],
    ['C:\\data\\sp', 'C:/data/sp'],
  ])('%s is %s', (given, path) => {
    expect(savepointPath(given)).toBe(path);
  });

  it.each([
    ['', /no path/],
    ['data/sp', /does not begin at the root/],
    ['/data/../etc', /goes up/],
    ['file:/data/./sp', /goes up/],
    ['s3://bucket/sp', /"s3"/],
    ['hdfs:/sp', /"hdfs"/],
    ['file://otherhost/sp', /another machine/],
    ['/data/s\u0000p', /characters/],
  ])('%j is refused', (given, reason) => {
    expect(() => savepointPath(given)).toThrow(reason);
  });

  it('has one key under all its names', () => {
    const names = ['/data/sp', 'file:/data/sp', 'file:///data/sp/', '/data/sp/_metadata'];
    expect(new Set(names.map(savepointKey))).toEqual(new Set(['/data/sp']));
  });

  it('has a key in a file system that is not known here', () => {
    expect(savepointKey('s3://bucket/sp/')).toBe('s3://bucket/sp');
  });
});
