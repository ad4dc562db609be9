import { describe, expect, it } from 'vitest';
import { engineFailure } from '../../../src/core/environment/compose/engineErrors';
import type { PlaygroundError } from '../../../src/core/util/errors';

const command = { command: 'docker', args: ['compose', 'up'] };

/** As Docker 20.10 and Compose 1.29 and 2.26 said it. */
function failure(stderr: string, images: readonly string[] = [], stdout = ''): PlaygroundError {
  return engineFailure({
    command,
    outcome: { exitCode: 1, stdout, stderr },
    doing: 'Starting the containers',
    images,
  });
}

const offline =
  'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host';

describe('a failure of the container engine', () => {
  it.each([
    [
      ' kafka Pulling \n kafka Error manifest for apache/kafka:9.9.9 not found: manifest unknown: manifest unknown',
      'apache/kafka:9.9.9',
    ],
    [
      "Error response from daemon: pull access denied for nobody/nothing, repository does not exist or may require 'docker login'",
      'nobody/nothing',
    ],
    [`Pulling kafka (nobody/nothing:1)...\n${offline}`, 'nobody/nothing:1'],
    [
      'failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to do request: Head "https://registry-1.docker.io/v2/nobody/nothing/manifests/1": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host',
      'nobody/nothing:1',
    ],
    [
      'failed to solve: nobody/nothing:1: failed to resolve source metadata for docker.io/nobody/nothing:1: docker.io/nobody/nothing:1: not found',
      'docker.io/nobody/nothing:1',
    ],
    ['Error: short-name "nothing:1" did not resolve: image "nothing:1" not found', 'nothing:1'],
  ])('names the image that cannot be pulled: %s', (stderr, name) => {
    const error = failure(stderr);
    expect(error.kind).toBe('download');
    expect(error.message).toBe(`The image "${name}" cannot be pulled.`);
  });

  it('names the image that was to be pulled when the engine does not', () => {
    const error = failure(`Error response from daemon: ${offline}`, ['apache/kafka:4.2.2']);
    expect(error.message).toBe('The image "apache/kafka:4.2.2" cannot be pulled.');
    expect(error.remedy).toContain('Check the connection to the image registry');
  });

  it('knows a registry of any name that cannot be reached', () => {
    const said = ' kafka Error Get "https://images.example.org/v2/": dial tcp: lookup images.example.org: no such host';
    expect(failure(said, ['images.example.org/a:1']).message).toBe(
      'The image "images.example.org/a:1" cannot be pulled.',
    );
  });

  it('says that the registry limits how much may be pulled', () => {
    const said = 'toomanyrequests: You have reached your pull rate limit.';
    expect(failure(said, ['flink:2.2.1-java17']).remedy).toContain('docker login');
  });

  it.each([
    'Error response from daemon: driver failed programming external connectivity on endpoint x (7422): Error starting userland proxy: listen tcp4 127.0.0.1:18099: bind: address already in use',
    'Error response from daemon: driver failed programming external connectivity on endpoint x (964f): Bind for 127.0.0.1:18099 failed: port is already allocated',
    'Error response from daemon: Ports are not available: exposing port TCP 127.0.0.1:18099 -> 0.0.0.0:0: listen tcp 127.0.0.1:18099: bind: address already in use',
  ])('names the port that is in use: %s', (stderr) => {
    const error = failure(stderr);
    expect(error.kind).toBe('port');
    expect(error.message).toBe('Port 18099 is in use by another program.');
  });

  it('says that the disk is full', () => {
    expect(failure('write /var/lib/docker/x: no space left on device').kind).toBe('disk');
  });

  it('is told by its own last words when it is none of these', () => {
    const error = failure(' Network x  Created\nError response from daemon: the moon is full');
    expect(error.message).toBe('Starting the containers failed: the moon is full');
    expect(error.detail).toContain('Network x  Created');
  });

  it('does not blame an image for a step of its build that failed', () => {
    const error = failure(
      'ERROR: process "/bin/sh -c false" did not complete',
      [],
      'Step 1/2 : FROM flink:2.2.1-java17',
    );
    expect(error.kind).toBe('process');
  });

  it('does not take a refused connection to a registry for an engine that does not run', () => {
    const said = 'Get "https://registry.example.org/v2/": dial tcp 10.0.0.9:443: connect: connection refused';
    expect(failure(`Error response from daemon: ${said}`, ['a/b:1']).kind).toBe('download');
  });
});
