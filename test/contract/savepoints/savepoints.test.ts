import { describe } from 'vitest';
import { LocalTestBed } from '../../support/localPlayground';
import { savepointsContract } from './savepointsContract';

describe('operations on the job of Flink 2.2.1', () => {
  savepointsContract(() => LocalTestBed.create(), {});
});
