import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, type EngineSettings } from '../../../src/core/engineApi';
import { environmentAdapters } from '../../../src/core/environmentAdapters';
import type { EnvironmentAdapter } from '../../../src/core/environment/environmentSelection';
import { ArtifactStore } from '../../../src/core/environment/local/artifacts/artifactStore';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { silentLogger } from '../../../src/core/util/logger';
import { engineDouble } from '../../support/builders/engine';

const never = new AbortController().signal;

describe('the environments there are', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flink-playground-adapters-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  function adapters(settings: Partial<EngineSettings> = {}): readonly EnvironmentAdapter[] {
    return environmentAdapters({
      distDirectory: directory,
      settings: () => ({ ...defaultSettings, ...settings }),
      logger: silentLogger,
      cache: join(directory, 'cache'),
      data: join(directory, 'data'),
      artifacts: () =>
        new ArtifactStore({ cacheDirectory: join(directory, 'cache'), baseAddress: '', logger: silentLogger }),
      kafka: engineDouble().engine.kafka,
      createClient: (baseUrl) => new FlinkClient({ baseUrl, logger: silentLogger }),
    });
  }

  const availabilityOf = async (kind: string, settings: Partial<EngineSettings> = {}): Promise<unknown> =>
    adapters(settings)
      .find((adapter) => adapter.kind === kind)
      ?.availability(never);

  it('are offered with Docker Compose first', () => {
    expect(adapters().map(({ kind }) => kind)).toEqual(['compose', 'local', 'remote']);
  });

  it('have no record before they were used', async () => {
    expect(await Promise.all(adapters().map((adapter) => adapter.recordedAt()))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('say how much a first start of local processes downloads', async () => {
    expect(await availabilityOf('local')).toMatchObject({
      usable: true,
      detail: expect.stringMatching(/downloads \d+ MB/) as string,
    });
  });

  it('say why there is no Docker Compose, and what to do', async () => {
    expect(await availabilityOf('compose', { composeCommand: 'no-such-program compose' })).toMatchObject({
      usable: false,
      detail: expect.stringMatching(/no-such-program/) as string,
    });
  });

  it('say what a remote cluster lacks', async () => {
    expect(await availabilityOf('remote')).toMatchObject({ usable: false });
    expect(await availabilityOf('remote', { remoteRestUrl: 'http://flink.test' })).toMatchObject({ usable: true });
  });
});
