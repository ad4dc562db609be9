import { formatTime } from '../../../src/shared/format/time';
import type { GraphStrip, JobGraphStrings, StripPart } from '../../../src/shared/protocol/jobGraph';
import { element, setText } from '../dom';

const longestMs = 600_000;
/** Of a job that has just begun the strip is no longer than this, so that its past does not hide in a corner. */
const shortestMs = 60_000;
/** How often it moves on: a point of it is about a second. */
const stepMs = 2000;

/** The last minutes of the job's past: states as a bar, what happened between them as marks above it. */
export class TimeStrip {
  readonly root = element('div', 'strip');
  readonly #from = element('span', 'from');
  readonly #track = element('ul', 'track');
  #strip: GraphStrip | undefined;
  #drawn: readonly { readonly part: StripPart; readonly root: HTMLElement }[] = [];

  constructor(strings: JobGraphStrings, open: () => void) {
    const opens = document.createElement('vscode-toolbar-button');
    opens.setAttribute('icon', 'watch');
    opens.setAttribute('label', strings.openTimeline);
    opens.setAttribute('title', strings.openTimeline);
    opens.addEventListener('click', open);
    this.#track.setAttribute('aria-label', strings.stripLabel);
    this.root.append(opens, this.#from, this.#track, strings.now);
    this.root.hidden = true;
    setInterval(() => this.#place(), stepMs);
  }

  show(strip: GraphStrip | undefined): void {
    this.root.hidden = strip === undefined;
    // A state is sent whole with every figure that changes; the past changes seldom.
    if (JSON.stringify(strip) !== JSON.stringify(this.#strip)) {
      this.#strip = strip;
      this.#draw();
    }
    this.#place();
  }

  #draw(): void {
    const { spans = [], marks = [] } = this.#strip ?? {};
    this.#drawn = [
      ...spans.map((part) => ({ part, root: partOf(part, 'span') })),
      ...marks.map((part) => ({ part, root: partOf(part, 'mark') })),
    ];
    this.#track.replaceChildren(...this.#drawn.map(({ root }) => root));
  }

  /** The strip ends now: what is on it moves to the left and out of sight. */
  #place(): void {
    if (this.root.hidden) return;
    const now = Date.now();
    const { spans = [] } = this.#strip ?? {};
    const last = spans.at(-1);
    const lengthMs = Math.min(longestMs, Math.max(shortestMs, now - (spans[0]?.at ?? now)));
    const begin = now - lengthMs;
    setText(this.#from, formatTime(begin));
    for (const { part, root } of this.#drawn) {
      const isSpan = root.classList.contains('span');
      // The last state goes on; a mark without an end is a moment.
      const end = part.until ?? (isSpan && part === last ? now : part.at);
      root.hidden = (isSpan ? end : part.at) < begin;
      const left = Math.max(begin, part.at);
      root.style.left = `${((left - begin) / lengthMs) * 100}%`;
      if (isSpan) root.style.width = `${((Math.max(left, end) - left) / lengthMs) * 100}%`;
    }
  }
}

function partOf(part: StripPart, kind: 'span' | 'mark'): HTMLElement {
  const { at, until, tone, text } = part;
  const item = element('li', `${kind} ${tone}`);
  const when = until === undefined ? formatTime(at) : `${formatTime(at)} – ${formatTime(until)}`;
  item.title = `${when} ${text}`;
  item.setAttribute('aria-label', item.title);
  return item;
}
