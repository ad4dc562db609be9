import { describe, expect, it } from 'vitest';
import { execaRunner, type CliCommand } from '../../../src/core/environment/compose/cliRunner';
import { silentLogger } from '../../../src/core/util/logger';

const never = new AbortController().signal;
const spawned: string[] = [];
const runner = execaRunner({ logger: silentLogger, onSpawn: ({ command }) => spawned.push(command) });

/** This very Node with a script; nothing else is on every machine. */
function script(text: string, ...args: readonly string[]): CliCommand {
  return { command: process.execPath, args: ['-e', text, '--', ...args] };
}

describe('a program of the engine', () => {
  it('gives what it prints and how it ended, and is counted', async () => {
    const before = spawned.length;
    const outcome = await runner.run(script('console.log("out"); console.error("err"); process.exitCode = 3'), {
      signal: never,
    });
    expect(outcome).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    expect(spawned.length - before).toBe(1);
  });

  it('gets its arguments as they are: no shell reads them', async () => {
    const odd = '$(id) `id` ; "x" * \\';
    const outcome = await runner.run(script('process.stdout.write(process.argv.at(-1))', odd), { signal: never });
    expect(outcome.stdout).toBe(odd);
  });

  it('gives lines as they come, a long one in pieces, what is no UTF-8 as replacement characters', async () => {
    const lines: string[] = [];
    const text =
      'process.stdout.write("a\\r\\nb\\n" + "x".repeat(40000) + "\\n"); process.stdout.write(Buffer.from([0xff, 0x0a]))';
    const outcome = await runner.run(script(text), { signal: never, onLine: (line) => lines.push(line) });
    expect(lines.slice(0, 2)).toEqual(['a', 'b']);
    expect(lines.slice(2).join('')).toBe(`${'x'.repeat(40_000)}\uFFFD`);
    expect(outcome.stdout).toBe('');
  });

  it('keeps the end of an output that is too long to keep', async () => {
    const text =
      'const chunk = "x".repeat(1 << 20); for (let i = 0; i < 12; i++) process.stdout.write(chunk); process.stdout.write("end")';
    const { stdout } = await runner.run(script(text), { signal: never });
    expect(stdout.length).toBeLessThan(10 << 20);
    expect(stdout.endsWith('end')).toBe(true);
  });

  it('that is not there says so', async () => {
    const outcome = await runner.run({ command: 'no-such-program-here', args: [] }, { signal: never });
    expect(outcome.failure).toBe('missing');
    expect(outcome.exitCode).toBeUndefined();
  });

  it('is ended at its deadline', async () => {
    const outcome = await runner.run(script('setInterval(() => {}, 1000)'), { signal: never, timeoutMs: 300 });
    expect(outcome.failure).toBe('late');
  });

  it('is ended by the signal', async () => {
    const controller = new AbortController();
    const ended = runner.run(script('console.log("up"); setInterval(() => {}, 1000)'), {
      signal: controller.signal,
      onLine: () => controller.abort(),
    });
    await expect(ended).rejects.toThrow(/aborted/);
  });

  it('sees variables that are set for it', async () => {
    const command = { ...script('process.stdout.write(process.env.PLAYGROUND_SPEED)'), env: { PLAYGROUND_SPEED: '7' } };
    expect((await runner.run(command, { signal: never })).stdout).toBe('7');
  });
});
