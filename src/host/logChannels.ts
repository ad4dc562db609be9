import * as vscode from 'vscode';
import type { Disposable } from '../core/util/disposable';
import { LogBuffer } from './logBuffer';

/** Sends lines until it is aborted, without control characters. */
export type LineSource = (sink: (line: string) => void, signal: AbortSignal) => Promise<void>;

/** Each append is a message to the window, so lines are put together for this long. */
const flushMs = 200;

/** Follows logs in output channels, one channel per name, which is followed once however often it is opened. */
export class LogChannels implements Disposable {
  readonly #followed = new Map<string, FollowedLog>();

  /** Opens the channel and follows the source, unless that is done already. `onFailure` is told why a following broke off. */
  open(name: string, source: LineSource, onFailure: (error: unknown) => void): void {
    let log = this.#followed.get(name);
    if (log === undefined) {
      log = new FollowedLog(name);
      this.#followed.set(name, log);
    }
    log.follow(source, onFailure);
  }

  dispose(): void {
    for (const log of this.#followed.values()) log.dispose();
    this.#followed.clear();
  }
}

class FollowedLog implements Disposable {
  readonly #channel: vscode.OutputChannel;
  #buffer = new LogBuffer();
  #timer: NodeJS.Timeout | undefined;
  #following: AbortController | undefined;

  constructor(name: string) {
    // VS Code's own grammar for logs colours levels, times and exceptions, in every theme.
    this.#channel = vscode.window.createOutputChannel(name, 'log');
  }

  follow(source: LineSource, onFailure: (error: unknown) => void): void {
    this.#channel.show(true);
    if (this.#following !== undefined) return;
    this.#channel.clear();
    this.#buffer = new LogBuffer();
    const controller = new AbortController();
    this.#following = controller;
    source((line) => this.#append(line), controller.signal)
      .catch((error: unknown) => {
        if (!controller.signal.aborted) onFailure(error);
      })
      .finally(() => {
        if (this.#following === controller) this.#following = undefined;
      });
  }

  #append(line: string): void {
    this.#buffer.push(line);
    this.#timer ??= setTimeout(() => this.#flush(), flushMs);
  }

  #flush(): void {
    this.#timer = undefined;
    const update = this.#buffer.take();
    if (update?.how === 'append') this.#channel.append(update.text);
    else if (update !== undefined) this.#channel.replace(update.text);
  }

  dispose(): void {
    this.#following?.abort();
    this.#following = undefined;
    clearTimeout(this.#timer);
    this.#channel.dispose();
  }
}
