import { describe } from 'vitest';
import { savepointsContract } from '../../contract/savepoints/savepointsContract';
import { LocalTestBed } from '../../support/localPlayground';

describe('operations on the job of Flink 1.20.5', () => {
  savepointsContract(() => LocalTestBed.create(), { flinkVersion: '1.20.5', kafkaMode: 'zookeeper' });
});
