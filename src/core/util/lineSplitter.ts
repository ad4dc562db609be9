import { StringDecoder } from 'node:string_decoder';

/** A line that does not end is given out in pieces of this many characters. */
const maxLineLength = 32 * 1024;

/**
 * Makes lines of bytes as they arrive. Characters may be split between pieces; a carriage return before a line end is left out;
 * what is not UTF-8 becomes replacement characters.
 */
export class LineSplitter {
  /** The first piece begins in the middle of a line, which is left out. */
  skipPartial = false;
  #rest = '';
  #decoder = new StringDecoder('utf8');

  constructor(private readonly sink: (line: string) => void) {}

  push(bytes: Buffer): void {
    const parts = (this.#rest + this.#decoder.write(bytes)).split('\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      if (this.skipPartial) this.skipPartial = false;
      else this.sink(part.endsWith('\r') ? part.slice(0, -1) : part);
    }
    if (this.#rest.length > maxLineLength) this.flush();
  }

  /** Gives out what has no line end yet, as at the end of a file. */
  flush(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    this.#decoder = new StringDecoder('utf8');
    if (rest !== '' && !this.skipPartial) this.sink(rest);
  }
}
