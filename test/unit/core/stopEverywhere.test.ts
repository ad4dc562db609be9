import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../../src/core/engineApi';
import { stopEverywhere } from '../../../src/core/stopEverywhere';
import { engineDouble } from '../../support/builders/engine';

describe('stopping everything of ours', () => {
  async function stop(roots: readonly string[], unreadable?: string): Promise<[string[], readonly unknown[]]> {
    const done: string[] = [];
    const createEngine = ({ settings }: EngineOptions): ReturnType<typeof engineDouble>['engine'] => {
      const root = settings().dataDirectory;
      return {
        ...engineDouble({
          environment: {
            refresh: () => (root === unreadable ? Promise.reject(new Error(`${root} is locked`)) : Promise.resolve()),
          },
          environments: {
            stopKind: (kind, { deleteData }) => {
              done.push(`stop ${kind} in ${root}${deleteData ? ' with its data' : ''}`);
              return Promise.resolve();
            },
          },
        }).engine,
        dispose: () => done.push(`let go of ${root}`),
      };
    };
    const failures = await stopEverywhere({
      createEngine,
      distDirectory: '',
      roots,
      signal: new AbortController().signal,
    });
    return [done, failures];
  }

  it('reaches every folder and keeps the data, and leaves remote clusters alone', async () => {
    expect(await stop(['/a', '/b'])).toEqual([
      [
        'stop compose in /a',
        'stop local in /a',
        'let go of /a',
        'stop compose in /b',
        'stop local in /b',
        'let go of /b',
      ],
      [],
    ]);
  });

  it('goes on when one folder cannot be looked at, and tells', async () => {
    const [done, failures] = await stop(['/a', '/b'], '/a');
    expect(done).toEqual(['let go of /a', 'stop compose in /b', 'stop local in /b', 'let go of /b']);
    expect(failures.map(String)).toEqual(['Error: /a is locked']);
  });
});
