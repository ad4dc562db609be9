import type { CliCommand, CliOutcome, CliRunner, CliRunOptions } from '../../src/core/environment/compose/cliRunner';

/** What a command answers: a text on standard output, an outcome, or what it does with the sink of its lines. */
export type CliAnswer = string | Partial<CliOutcome> | ((options: CliRunOptions) => Promise<Partial<CliOutcome>>);

/** A failure as the program says it on standard error. */
export function fails(stderr: string, exitCode = 1): Partial<CliOutcome> {
  return { exitCode, stdout: '', stderr };
}

export const noSuchProgram: CliAnswer = () => Promise.resolve({ failure: 'missing' as const });

/** Plays the engine's programs: the first answer whose words begin a command line is given; every call is recorded. */
export class FakeCli implements CliRunner {
  readonly calls: string[] = [];
  readonly commands: CliCommand[] = [];
  readonly #answers: { readonly words: string; readonly answer: CliAnswer }[] = [];

  /** Answers commands that begin with these words, before what was said earlier. */
  on(words: string, answer: CliAnswer): this {
    this.#answers.unshift({ words, answer });
    return this;
  }

  async run(command: CliCommand, options: CliRunOptions): Promise<CliOutcome> {
    options.signal.throwIfAborted();
    const line = [command.command, ...command.args].join(' ');
    this.calls.push(line);
    this.commands.push(command);
    const found = this.#answers.find(({ words }) => line.startsWith(words));
    if (found === undefined) throw new Error(`Nobody expected "${line}".`);
    const { answer } = found;
    if (typeof answer === 'function') {
      const outcome = await answer(options);
      const exitCode = outcome.failure === undefined ? { exitCode: outcome.exitCode ?? 0 } : {};
      return { stdout: '', stderr: '', ...outcome, ...exitCode };
    }
    const outcome = typeof answer === 'string' ? { stdout: answer } : answer;
    if (options.onLine !== undefined) {
      for (const text of (outcome.stdout ?? '').split('\n')) if (text !== '') options.onLine(text, 'stdout');
    }
    return { exitCode: 0, stdout: '', stderr: '', ...outcome };
  }
}

/** A stream that says what it is told to, until it is ended or aborted. */
export class FakeStream {
  #options: CliRunOptions | undefined;
  #end: (outcome: Partial<CliOutcome>) => void = () => undefined;
  attached = 0;

  readonly answer = (options: CliRunOptions): Promise<Partial<CliOutcome>> => {
    this.attached++;
    this.#options = options;
    return new Promise((resolve, reject) => {
      this.#end = resolve;
      options.signal.addEventListener('abort', () => reject(options.signal.reason as Error), { once: true });
    });
  };

  say(line: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    this.#options?.onLine?.(line, stream);
  }

  end(outcome: Partial<CliOutcome> = {}): void {
    this.#end(outcome);
  }
}
