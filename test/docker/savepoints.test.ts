import { describe } from 'vitest';
import { savepointsContract } from '../contract/savepoints/savepointsContract';
import { ComposeTestBed } from '../support/composePlayground';

describe('operations on the job in containers', () => {
  savepointsContract(() => ComposeTestBed.create(), {});
});
