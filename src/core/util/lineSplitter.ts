import { StringDecoder } from 'node:string_decoder';

/** A line that does not end is given out in pieces of this many characters, so that memory stays bounded. */
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
    const text = this.#rest + this.#decoder.write(bytes);
    let begin = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
      this.#line(text.slice(begin, text[end - 1] === '\r' && end > begin ? end - 1 : end));
      begin = end + 1;
    }
    this.#rest = this.#cutPieces(text.slice(begin));
  }

  /** Gives out what has no end yet: nothing more belongs to it. */
  flush(): void {
    const rest = this.#cutPieces(this.#rest + this.#decoder.end());
    this.#rest = '';
    this.#decoder = new StringDecoder('utf8');
    if (rest !== '') this.#line(rest);
  }

  #line(line: string): void {
    const rest = this.#cutPieces(line);
    if (this.skipPartial) this.skipPartial = false;
    else this.sink(rest);
  }

  /** @returns what is left to come after whole pieces, none of which ends within a character. */
  #cutPieces(text: string): string {
    let begin = 0;
    while (text.length - begin > maxLineLength) {
      const last = text.charCodeAt(begin + maxLineLength - 1);
      const isHighSurrogate = last >= 0xd8_00 && last <= 0xdb_ff;
      const end = begin + maxLineLength - (isHighSurrogate ? 1 : 0);
      if (!this.skipPartial) this.sink(text.slice(begin, end));
      begin = end;
    }
    return begin === 0 ? text : text.slice(begin);
  }
}
