import { describe, expect, it } from 'vitest';
import { matchTaskManagers } from '../../../src/core/environment/compose/flinkIds';
import type { TaskManagerInfo } from '../../../src/shared/model/flink';
import { taskManager } from '../../support/builders/container';
import { noon } from '../../support/builders/flink';

function registered(address: string, key: string, lastHeartbeat = noon): TaskManagerInfo {
  return {
    id: `${address}:37123-${key}`,
    path: `pekko.tcp://flink@${address}:37123/user/rpc/taskmanager_0`,
    slotsTotal: 2,
    slotsFree: 0,
    lastHeartbeat,
  };
}

describe('the TaskManager of a container', () => {
  it('is the one at its address', () => {
    const ids = matchTaskManagers(
      [taskManager(1), taskManager(2)],
      [registered('172.18.0.12', 'b'), registered('172.18.0.11', 'a')],
    );
    expect([...ids]).toEqual([
      ['taskmanager-1', '172.18.0.11:37123-a'],
      ['taskmanager-2', '172.18.0.12:37123-b'],
    ]);
  });

  it('is none whose address merely begins like it', () => {
    expect(matchTaskManagers([taskManager(1)], [registered('172.18.0.110', 'x')]).size).toBe(0);
  });

  it('is not the one before it, which had the same address and stands for a moment longer', () => {
    const restarted = taskManager(1, { startedAt: noon });
    const before = registered('172.18.0.11', 'old', noon - 500);
    expect(matchTaskManagers([restarted], [before]).size).toBe(0);
    const ids = matchTaskManagers([restarted], [before, registered('172.18.0.11', 'new', noon + 1000)]);
    expect([...ids.values()]).toEqual(['172.18.0.11:37123-new']);
  });

  it('is one that was never heard of yet', () => {
    expect(matchTaskManagers([taskManager(1)], [registered('172.18.0.11', 'a', 0)]).size).toBe(1);
  });
});
