import type { GraphVertex, JobGraphState, JobGraphStrings } from '../../../src/shared/protocol/jobGraph';
import { element, icon, setAttribute, setText } from '../dom';
import { iconOf } from './load';
import { inputsOf } from './texts';

type Column = readonly [title: keyof JobGraphStrings, text: (vertex: GraphVertex, inputs: string) => string];

const columns: readonly Column[] = [
  ['columnStatus', ({ texts }) => texts.status],
  ['columnParallelism', ({ texts }) => texts.parallelism],
  ['columnTasks', ({ texts }) => texts.tasks],
  ['columnRecordsIn', ({ texts }) => texts.recordsIn],
  ['columnRecordsOut', ({ texts }) => texts.recordsOut],
  ['columnBusy', ({ texts }) => texts.busy],
  ['columnBackPressured', ({ texts }) => texts.backPressured],
  ['columnWatermark', ({ texts }) => texts.watermark],
  ['columnSkew', ({ texts }) => [texts.skew, texts.hottest].filter((text) => text !== '').join(', ')],
  ['columnInputs', (_vertex, inputs) => inputs],
];

interface Row {
  readonly root: HTMLTableRowElement;
  readonly icon: HTMLElement;
  readonly name: HTMLButtonElement;
  readonly cells: readonly HTMLTableCellElement[];
}

/** The same as the picture in words, for those who read better than they see. */
export class GraphTable {
  readonly root = element('div', 'tablePart');
  readonly #body = element('tbody', '');
  readonly #rows = new Map<string, Row>();
  #order = '';

  constructor(
    strings: JobGraphStrings,
    private readonly events: { readonly selected: (vertex: string, show: boolean) => void },
  ) {
    const titles = [strings.columnVertex, ...columns.map(([title]) => strings[title])];
    const heads = titles.map((title) => {
      const head = element('th', '', title);
      head.scope = 'col';
      return head;
    });
    const table = element('table', '', element('thead', '', element('tr', '', ...heads)), this.#body);
    table.setAttribute('aria-label', strings.tableLabel);
    this.root.append(table);
  }

  show(state: JobGraphState): void {
    const order = JSON.stringify(state.vertices.map(({ id }) => id));
    if (order !== this.#order) this.#rebuild(state, order);
    const inputs = inputsOf(state);
    for (const vertex of state.vertices) {
      const row = this.#rows.get(vertex.id);
      if (row === undefined) continue;
      setAttribute(row.icon, 'class', `codicon codicon-${iconOf(vertex)}`);
      setText(row.name, vertex.name);
      columns.forEach(([, text], index) => {
        const cell = row.cells[index];
        if (cell !== undefined) setText(cell, text(vertex, inputs.get(vertex.id) ?? '') || '–');
      });
    }
  }

  select(vertex: string | undefined): void {
    for (const [id, { root }] of this.#rows) root.classList.toggle('selected', id === vertex);
  }

  #rebuild(state: JobGraphState, order: string): void {
    this.#order = order;
    this.#rows.clear();
    this.#body.replaceChildren(
      ...state.vertices.map(({ id }) => {
        const name = element('button', 'link');
        name.type = 'button';
        name.addEventListener('click', () => this.events.selected(id, true));
        const mark = icon('circle-outline');
        const head = element('th', '', mark, name);
        head.scope = 'row';
        const cells = columns.map(() => element('td', ''));
        const root = element('tr', '', head, ...cells);
        this.#rows.set(id, { root, icon: mark, name, cells });
        return root;
      }),
    );
  }
}
