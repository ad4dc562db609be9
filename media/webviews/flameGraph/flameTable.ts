import type { FlameFrame } from '../../../src/shared/model/flameGraph';
import { formatShare } from '../../../src/shared/format/rates';
import type { FlameGraphStrings } from '../../../src/shared/protocol/flameGraph';
import { element } from '../dom';
import { methodSums } from './frames';

/** Nobody reads on to methods that were seen once. */
const mostRows = 200;

/** The methods by what they cost, for those who read better than they see, and for whom the numbers count. */
export class FlameTable {
  readonly root = element('div', 'tablePart');
  readonly #body = element('tbody', '');
  #whole: FlameFrame | undefined;
  #text = '';

  constructor(strings: FlameGraphStrings) {
    const heads = [strings.columnMethod, strings.columnSelf, strings.columnTotal].map((title) => {
      const head = element('th', '', title);
      head.scope = 'col';
      return head;
    });
    const table = element('table', '', element('thead', '', element('tr', '', ...heads)), this.#body);
    table.setAttribute('aria-label', strings.tableLabel);
    this.root.append(table);
  }

  show(whole: FlameFrame): void {
    if (whole === this.#whole) return;
    this.#whole = whole;
    this.#draw();
  }

  /** Leaves the methods whose names hold a text. */
  set text(text: string) {
    this.#text = text.toLowerCase();
    this.#draw();
  }

  #draw(): void {
    if (this.#whole === undefined) return;
    const all = Math.max(1, this.#whole.samples);
    const rows = methodSums(this.#whole).filter(({ name }) => name.toLowerCase().includes(this.#text));
    this.#body.replaceChildren(
      ...rows.slice(0, mostRows).map(({ name, self, total }) => {
        const head = element('th', '', name);
        head.scope = 'row';
        return element('tr', '', head, ...[self, total].map((count) => element('td', '', formatShare(count / all))));
      }),
    );
  }
}
