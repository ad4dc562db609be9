import { describe, expect, it } from 'vitest';
import { probeDocker, wordsOf, type DockerProbe } from '../../../src/core/environment/compose/probeDocker';
import { fails, FakeCli, noSuchProgram } from '../../support/fakeCli';

const never = new AbortController().signal;
const engineAnswers = (): FakeCli => new FakeCli().on('docker version', '28.2.2\n');

function probe(runner: FakeCli, command = ''): Promise<DockerProbe> {
  return probeDocker({ runner, command }, never);
}

/** What each program says, recorded from Docker 20.10 and 28.2, Compose 1.29 and 2.26. */
describe('whether containers can be run here', () => {
  it('finds Compose v2 as the plugin of the engine', async () => {
    const found = await probe(engineAnswers().on('docker compose version', '2.26.1-4\n'));
    expect(found).toMatchObject({
      state: 'ready',
      engineVersion: '28.2.2',
      programs: { engine: ['docker'], compose: ['docker', 'compose'], generation: 'v2', composeVersion: '2.26.1-4' },
    });
  });

  it.each([
    ['2.29.7', 'standalone'],
    ['1.29.2', 'v1'],
  ])('finds the program docker-compose %s where there is no plugin: %s', async (version, generation) => {
    const runner = engineAnswers()
      .on(
        'docker compose version',
        fails("docker: unknown command: docker compose\n\nRun 'docker --help' for more information"),
      )
      .on('docker-compose version', version);
    expect(await probe(runner)).toMatchObject({
      state: 'ready',
      programs: { compose: ['docker-compose'], generation },
    });
  });

  it('takes the program that is set, and Podman with it', async () => {
    const runner = new FakeCli().on('/opt/podman version', '5.2.1').on('/opt/podman compose version', '2.29.7');
    expect(await probe(runner, '/opt/podman compose')).toMatchObject({
      state: 'ready',
      programs: { engine: ['/opt/podman'], compose: ['/opt/podman', 'compose'], generation: 'podman' },
    });
  });

  it('says that Docker is not installed', async () => {
    const found = await probe(new FakeCli().on('docker', noSuchProgram));
    expect(found).toMatchObject({ state: 'notInstalled', error: { kind: 'engine' } });
    expect(messageOf(found)).toBe('Docker is not installed: there is no program "docker".');
  });

  it.each([
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory',
    'error during connect: Get "http://docker.example.com/v1.50/containers/json": command [ssh -o ConnectTimeout=30 -T -- x docker system dial-stdio] has exited with exit status 255',
    "docker.errors.DockerException: Error while fetching server API version: ('Connection aborted.', FileNotFoundError(2, 'No such file or directory'))",
  ])('says that Docker does not run: %s', async (said) => {
    const found = await probe(new FakeCli().on('docker version', fails(said)));
    expect(found.state).toBe('notRunning');
    expect(messageOf(found)).toBe('Docker is installed, but it does not run.');
  });

  it.each([
    'Cannot connect to the Docker daemon at tcp://build.example.org:2376. Is the docker daemon running?',
    'error during connect: Get "https://build.example.org:2376/v1.50/version": dial tcp 10.0.0.7:2376: i/o timeout',
  ])('names the machine whose Docker does not answer: %s', async (said) => {
    const found = await probe(new FakeCli().on('docker version', fails(said)));
    expect(found.state).toBe('notRunning');
    expect(messageOf(found)).toBe('Docker on build.example.org does not answer.');
  });

  it.each([
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/version": dial unix /var/run/docker.sock: connect: permission denied',
    'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
    "docker.errors.DockerException: Error while fetching server API version: ('Connection aborted.', PermissionError(13, 'Permission denied'))",
  ])('says that one may not use Docker: %s', async (said) => {
    const found = await probe(new FakeCli().on('docker version', fails(said)));
    expect(found.state).toBe('noPermission');
    expect(messageOf(found)).toBe('Docker runs, but you may not use it.');
  });

  it.each([
    "docker: 'compose' is not a docker command.\nSee 'docker --help'",
    'docker: unknown command: docker compose',
  ])('says that Compose is missing: %s', async (said) => {
    const runner = engineAnswers().on('docker compose version', fails(said)).on('docker-compose', noSuchProgram);
    const found = await probe(runner);
    expect(found.state).toBe('composeMissing');
    expect(messageOf(found)).toBe('Docker is installed, but Docker Compose is not.');
  });

  it('says which setting is wrong when the program that is set is none', async () => {
    const found = await probe(engineAnswers().on('nonsense', noSuchProgram), 'nonsense --fast');
    expect(found).toMatchObject({ state: 'failed', error: { kind: 'input' } });
    expect(messageOf(found)).toBe('"nonsense --fast" is not Docker Compose: there is no such program');
  });

  it('ends with the signal', async () => {
    await expect(probeDocker({ runner: engineAnswers(), command: '' }, AbortSignal.abort())).rejects.toThrow(/aborted/);
  });
});

describe('the words of the setting', () => {
  it('are kept together by quotes, and nothing in them is expanded', () => {
    expect(wordsOf('"C:\\Program Files\\docker.exe" compose $HOME;rm')).toEqual([
      'C:\\Program Files\\docker.exe',
      'compose',
      '$HOME;rm',
    ]);
  });
});

function messageOf(found: DockerProbe): string {
  return found.state === 'ready' ? 'ready' : found.error.message;
}
