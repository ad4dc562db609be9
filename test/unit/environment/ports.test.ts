import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anyPort, choosePort, isFree } from '../../../src/core/environment/common/ports';

const none: ReadonlySet<number> = new Set();
const listens =
  "require('node:net').createServer().listen(Number(process.argv[1]), '127.0.0.1', () => console.log('there'))";

describe('a port', () => {
  let port: number;

  beforeEach(async () => {
    port = await anyPort(none);
  });

  it('is the preferred one where that is free', async () => {
    expect(await choosePort(port, 'REST', none)).toEqual({ port });
  });

  it('is the next free one where the preferred one is given away', async () => {
    const chosen = await choosePort(port, 'REST', new Set([port]));
    expect(chosen.port).toBeGreaterThan(port);
    expect(chosen.notice).toBe(`Port ${port} is in use; the REST port is ${chosen.port}.`);
  });

  // Other systems do not tell it without another program.
  describe.runIf(process.platform === 'linux')('that somebody listens on', () => {
    let holder: ChildProcess;

    beforeEach(async () => {
      holder = spawn(process.execPath, ['-e', listens, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
      if (holder.stdout !== null) await once(holder.stdout, 'data');
    });

    afterEach(async () => {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    });

    it('is named with the process', async () => {
      expect(await isFree(port)).toBe(false);
      const { notice } = await choosePort(port, 'Kafka', none);
      expect(notice).toMatch(
        new RegExp(`^Port ${port} is in use by .+ \\(${holder.pid}\\); the Kafka port is \\d+\\.$`),
      );
    });
  });
});
