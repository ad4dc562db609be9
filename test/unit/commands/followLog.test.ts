import { describe, expect, it } from 'vitest';
import { followLogWhileUp } from '../../../src/commands/followLog';
import { engineDouble } from '../../support/builders/engine';
import { environment, runningEnvironment } from '../../support/builders/environment';

/** Writes one line and then waits until it is told to end. */
function followLogs(_instance: string, sink: (line: string) => void, signal: AbortSignal): Promise<void> {
  sink('Registered.');
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

describe('following a log', () => {
  it('ends when the environment has stopped', async () => {
    const { engine, snapshot } = engineDouble({ environment: { followLogs } }, runningEnvironment());
    const lines: string[] = [];
    const following = followLogWhileUp(
      engine.environment,
      'taskmanager-1',
      (line) => lines.push(line),
      new AbortController().signal,
    );
    snapshot.set(runningEnvironment({ phase: 'degraded' }));
    snapshot.set(environment());
    await following;
    expect(lines).toEqual(['Registered.']);
  });

  it('tells of a failure', async () => {
    const failing = { followLogs: () => Promise.reject(new Error('The file cannot be read.')) };
    const { engine } = engineDouble({ environment: failing }, runningEnvironment());
    const following = followLogWhileUp(engine.environment, 'kafka', () => undefined, new AbortController().signal);
    await expect(following).rejects.toThrow('The file cannot be read.');
  });
});
