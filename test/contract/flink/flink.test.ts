import { afterAll, beforeAll, describe } from 'vitest';
import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { ignoreProgress, LocalTestBed, never, startOptions } from '../../support/localPlayground';
import { flinkContract } from './flinkContract';
import { guardContract } from './guardContract';
import { jobReadsContract } from './jobReadsContract';
import { jobStatesContract } from './jobStatesContract';
import { submitContract } from './submitContract';

describe.each(['2.2.1', '1.20.5'])('the playground on Flink %s', (flinkVersion) => {
  let bed: LocalTestBed;
  let environment: LocalEnvironment;
  let restUrl = '';

  beforeAll(async () => {
    bed = await LocalTestBed.create();
    environment = bed.open();
    await environment.start(startOptions({ flinkVersion }), ignoreProgress, never);
    restUrl = environment.snapshot.value.endpoints?.rest ?? '';
  });

  afterAll(() => bed.remove());

  const underTest = { restUrl: () => restUrl, version: flinkVersion, taskManagerPrefix: 'taskmanager-' };
  flinkContract(underTest);
  jobReadsContract(underTest);
  submitContract({ ...underTest, environment: () => environment });
  jobStatesContract({ ...underTest, environment: () => environment });
  guardContract(() => restUrl);
});
