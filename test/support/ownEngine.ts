import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { waitFor } from '../../src/core/util/async';

/** Its network is this one alone: an engine in it is as far away as one on another machine. */
const here = '10.213.77.1';
const there = '10.213.77.2';
const namespace = 'flink-playground-test';
const apiPort = 2375;

/**
 * A Docker engine of a test's own, which it may end and start again, in a network namespace of its own: it is reached by its
 * address alone, and what it publishes on 127.0.0.1 is nothing to this machine. Needs root.
 */
export class OwnEngine {
  /** What `DOCKER_HOST` is set to. */
  readonly address = `tcp://${there}:${apiPort}`;
  readonly host = there;
  #process: ChildProcess | undefined;

  private constructor(private readonly directory: string) {}

  /** What stands in the way of having one, as the end of a sentence. */
  static get obstacle(): string | undefined {
    if (process.getuid?.() !== 0) return 'only root can start an engine.';
    const missing = ['dockerd', 'ip', 'nsenter', 'setpriv'].find(
      (program) => execaSync('which', [program], { reject: false }).failed,
    );
    return missing === undefined ? undefined : `there is no ${missing}.`;
  }

  static async create(): Promise<OwnEngine> {
    const engine = new OwnEngine(await mkdtemp(join(tmpdir(), 'flink-playground-engine-')));
    try {
      await removeNetwork();
      await makeNetwork();
      await engine.start();
    } catch (error) {
      await engine.remove();
      throw error;
    }
    return engine;
  }

  async start(): Promise<void> {
    const { directory } = this;
    const log = openSync(join(directory, 'dockerd.log'), 'a');
    this.#process = spawn(
      'setpriv',
      [
        // It does not outlive the run that wanted it.
        '--pdeathsig=TERM',
        'nsenter',
        `--net=/run/netns/${namespace}`,
        'dockerd',
        `--data-root=${join(directory, 'data')}`,
        `--exec-root=${join(directory, 'run')}`,
        `--pidfile=${join(directory, 'dockerd.pid')}`,
        // A containerd of the machine is not shared: the other engine's containers would be seen in it.
        `--containerd-namespace=${namespace}`,
        `--containerd-plugins-namespace=${namespace}-plugins`,
        // Only this machine has a way to the address.
        `--host=unix://${join(directory, 'docker.sock')}`,
        `--host=${this.address}`,
        '--tls=false',
      ],
      { stdio: ['ignore', log, log], detached: true },
    );
    await waitFor(async () => ((await this.docker(['version'], false)) ? true : undefined), {
      what: 'the engine of the test to answer',
      timeoutMs: 60_000,
      intervalMs: 100,
      signal: AbortSignal.timeout(60_000),
    }).catch(async (error: unknown) => {
      const said = await readFile(join(directory, 'dockerd.log'), 'utf8').catch(() => '');
      throw new Error(`The engine of the test did not start:\n${said.slice(-2000)}`, { cause: error });
    });
  }

  /** Ends it as a machine that goes down does: containers are stopped, and it is gone when this returns. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await ended;
    clearTimeout(late);
  }

  /** Gives it an image that the engine of this machine has. */
  async load(image: string): Promise<void> {
    await execa({ buffer: false })`docker save ${image}`.pipe`docker --host ${this.address} load`;
  }

  /** @returns whether the command succeeded. */
  async docker(args: readonly string[], mustSucceed = true): Promise<boolean> {
    const { failed } = await execa('docker', ['--host', this.address, ...args], {
      reject: mustSucceed,
      timeout: 30_000,
    });
    return !failed;
  }

  async remove(): Promise<void> {
    await this.stop();
    await removeNetwork();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function makeNetwork(): Promise<void> {
  const inside = ['netns', 'exec', namespace, 'ip'];
  await ip('netns', 'add', namespace);
  await ip('link', 'add', 'fp-here', 'type', 'veth', 'peer', 'name', 'fp-there', 'netns', namespace);
  await ip('addr', 'add', `${here}/30`, 'dev', 'fp-here');
  await ip('link', 'set', 'fp-here', 'up');
  await ip(...inside, 'addr', 'add', `${there}/30`, 'dev', 'fp-there');
  await ip(...inside, 'link', 'set', 'fp-there', 'up');
  await ip(...inside, 'link', 'set', 'lo', 'up');
}

/** Also one that an aborted run left. */
async function removeNetwork(): Promise<void> {
  await execa('ip', ['link', 'del', 'fp-here'], { reject: false });
  await execa('ip', ['netns', 'del', namespace], { reject: false });
}

async function ip(...args: readonly string[]): Promise<void> {
  await execa('ip', args);
}
