import { describe } from 'vitest';
import { savepointsContract } from './savepointsContract';

describe('operations on the job of Flink 2.2.1', () => {
  savepointsContract('2.2.1', 'kraft');
});
