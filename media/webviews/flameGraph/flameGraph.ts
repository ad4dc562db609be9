import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { fillIn } from '../../../src/shared/format/fillIn';
import { formatShare } from '../../../src/shared/format/rates';
import { flameTypes, type FlameType } from '../../../src/shared/model/flameGraph';
import type {
  FlameGraphHost,
  FlameGraphInit,
  FlameGraphState,
  FlameGraphStrings,
} from '../../../src/shared/protocol/flameGraph';
import { element, setAttribute, setText } from '../dom';
import { FlameCanvas } from './flameCanvas';
import { FlameTable } from './flameTable';
import { origins, samplesWith, type Origin } from './frames';

/** What is kept of the page. By job and vertex the host opens the panel again after a reload of the window. */
export interface SavedFlames {
  readonly job: string;
  readonly vertex: string;
  readonly name: string;
  readonly type: FlameType;
  readonly table: boolean;
}

export interface FlameGraphServices {
  readonly host: Pick<FlameGraphHost, 'setType'>;
  report(error: unknown): void;
  /** The person chose the other form. */
  viewChanged(): void;
}

const typeTitles: Readonly<Record<FlameType, 'full' | 'onCpu' | 'offCpu'>> = {
  full: 'full',
  on_cpu: 'onCpu',
  off_cpu: 'offCpu',
};

const originTitles: Readonly<Record<Origin, 'legendUser' | 'legendFlink' | 'legendKafka' | 'legendJava'>> = {
  user: 'legendUser',
  flink: 'legendFlink',
  kafka: 'legendKafka',
  java: 'legendJava',
};

/** The whole page: a tool bar, a remark where something is to be said, the frames or the table, and the legend. */
export class FlameGraphView {
  readonly root = element('div', 'flameGraph');
  readonly #strings: FlameGraphStrings;
  readonly #canvas: FlameCanvas;
  readonly #table: FlameTable;
  readonly #types = element('select', 'types');
  readonly #search = element('input', 'search');
  readonly #found = element('span', 'foundText');
  readonly #name = element('h1', 'vertexName');
  readonly #caption = element('span', 'caption');
  readonly #banner = element('div', 'banner');
  readonly #nothing = element('div', 'nothing');
  readonly #legend: HTMLElement;
  readonly #whole: HTMLElement;
  readonly #form: HTMLElement;
  #state: FlameGraphState;
  #asTable: boolean;

  constructor(
    { state, strings }: FlameGraphInit,
    private readonly services: FlameGraphServices,
  ) {
    this.#state = state;
    this.#strings = strings;
    // Who listens gets the words first; the picture stays one key away.
    this.#asTable = document.body.classList.contains('vscode-using-screen-reader');
    this.#canvas = new FlameCanvas(strings, () => this.#showTools());
    this.#table = new FlameTable(strings);
    this.#legend = legend(strings);
    this.#whole = button('screen-full', strings.whole, () => this.#canvas.showWhole());
    this.#form = button('table', strings.showTable, () => this.#setForm(!this.#asTable));
    this.#types.setAttribute('aria-label', strings.types);
    this.#types.append(...flameTypes.map((type) => option(type, strings[typeTitles[type]])));
    this.#types.addEventListener('change', () => {
      const type = flameTypes.find((each) => each === this.#types.value);
      if (type !== undefined) services.host.setType(type).catch((error: unknown) => services.report(error));
    });
    this.#search.type = 'search';
    this.#search.placeholder = strings.search;
    this.#search.setAttribute('aria-label', strings.search);
    this.#search.addEventListener('input', () => this.#onSearch());
    this.#found.setAttribute('role', 'status');
    this.#nothing.setAttribute('role', 'status');
    this.root.append(
      element(
        'div',
        'toolbar',
        this.#types,
        this.#search,
        this.#found,
        this.#whole,
        this.#form,
        this.#name,
        this.#caption,
      ),
      this.#banner,
      this.#nothing,
      this.#canvas.root,
      this.#table.root,
      this.#legend,
    );
    this.state = state;
  }

  get saved(): SavedFlames {
    const { job, vertex, name, type } = this.#state;
    return { job, vertex, name, type, table: this.#asTable };
  }

  restore({ table }: Pick<SavedFlames, 'table'>): void {
    this.#asTable = table;
    this.state = this.#state;
  }

  set state(state: FlameGraphState) {
    this.#state = state;
    const { name, type, status, message, caption, root } = state;
    const isEmpty = root === undefined || root.samples === 0;
    setText(this.#name, name);
    setText(this.#caption, caption);
    setText(this.#banner, isEmpty ? '' : message);
    setText(this.#nothing, isEmpty ? message : '');
    setAttribute(this.root, 'data-status', status);
    this.#types.value = type;
    this.#banner.hidden = isEmpty || message === '';
    this.#nothing.hidden = !isEmpty;
    this.#canvas.root.hidden = isEmpty || this.#asTable;
    this.#table.root.hidden = isEmpty || !this.#asTable;
    this.#legend.hidden = this.#canvas.root.hidden;
    for (const tool of [this.#search, this.#found, this.#form]) tool.hidden = isEmpty;
    if (!isEmpty) {
      this.#canvas.show(root);
      this.#table.show(root);
    }
    this.#onSearch();
    this.#showTools();
  }

  #onSearch(): void {
    const text = this.#search.value.trim();
    const { root } = this.#state;
    this.#canvas.text = text;
    this.#table.text = text;
    const share =
      text === '' || root === undefined
        ? ''
        : formatShare(samplesWith({ ...root, name: '' }, text.toLowerCase()) / Math.max(1, root.samples));
    setText(this.#found, share === '' ? '' : fillIn(this.#strings.found, share));
  }

  #showTools(): void {
    const title = this.#asTable ? this.#strings.showGraph : this.#strings.showTable;
    setAttribute(this.#form, 'icon', this.#asTable ? 'layers' : 'table');
    setAttribute(this.#form, 'label', title);
    setAttribute(this.#form, 'title', title);
    this.#whole.hidden = this.#canvas.root.hidden || !this.#canvas.isZoomed;
  }

  #setForm(asTable: boolean): void {
    this.#asTable = asTable;
    this.state = this.#state;
    this.services.viewChanged();
  }
}

function button(name: string, title: string, act: () => void): HTMLElement {
  const made = document.createElement('vscode-toolbar-button');
  made.setAttribute('icon', name);
  made.setAttribute('label', title);
  made.setAttribute('title', title);
  made.addEventListener('click', act);
  return made;
}

function option(value: string, title: string): HTMLOptionElement {
  const made = element('option', '', title);
  made.value = value;
  return made;
}

function legend(strings: FlameGraphStrings): HTMLElement {
  const entries = origins.map((origin) =>
    element('li', `entry ${origin}`, element('span', 'swatch'), strings[originTitles[origin]]),
  );
  const list = element('ul', 'legend', ...entries);
  list.setAttribute('aria-label', strings.legend);
  return list;
}
