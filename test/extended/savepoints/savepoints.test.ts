import { describe } from 'vitest';
import { savepointsContract } from '../../contract/savepoints/savepointsContract';

describe('operations on the job of Flink 1.20.5', () => {
  savepointsContract('1.20.5', 'zookeeper');
});
