import * as l10n from '@vscode/l10n';

export interface LogBufferLimits {
  /** Characters of the newest lines that are held, and that stay when a channel is begun anew. */
  readonly kept: number;
  /** Characters after which a channel is begun anew. */
  readonly channel: number;
}

const defaultLimits: LogBufferLimits = { kept: 1_000_000, channel: 4_000_000 };

/** What an output channel is to do: add to its text, or begin anew with this one. */
export interface LogUpdate {
  readonly how: 'append' | 'replace';
  readonly text: string;
}

/**
 * Puts the lines of a log together for an output channel, which itself would grow without end. What memory and the channel hold is
 * bounded by characters, never by time: a flood leaves the newest lines and a note.
 */
export class LogBuffer {
  #lines: string[] = [];
  #heldCharacters = 0;
  /** Of the lines that are held, how many the channel has not got. */
  #unshown = 0;
  #shownCharacters = 0;
  #leftOut = false;

  constructor(private readonly limits: LogBufferLimits = defaultLimits) {}

  push(line: string): void {
    this.#lines.push(line);
    this.#unshown += 1;
    this.#heldCharacters += line.length + 1;
    while (this.#heldCharacters > this.limits.kept && this.#lines.length > 1) this.#drop();
  }

  /** What came since the last call; `undefined` when nothing did. */
  take(): LogUpdate | undefined {
    if (this.#unshown === 0) return undefined;
    const text = asText(this.#lines.slice(-this.#unshown));
    this.#unshown = 0;
    this.#shownCharacters += text.length;
    if (!this.#leftOut && this.#shownCharacters <= this.limits.channel) return { how: 'append', text };
    this.#leftOut = false;
    this.#shownCharacters = this.#heldCharacters;
    const note = `──── ${l10n.t('Earlier lines are no longer shown here.')} ────`;
    return { how: 'replace', text: asText([note, ...this.#lines]) };
  }

  #drop(): void {
    const line = this.#lines.shift() ?? '';
    this.#heldCharacters -= line.length + 1;
    if (this.#unshown <= this.#lines.length) return;
    this.#unshown = this.#lines.length;
    this.#leftOut = true;
  }
}

function asText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
