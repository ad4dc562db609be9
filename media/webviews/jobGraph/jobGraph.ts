import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import type {
  GraphStatus,
  JobGraphHost,
  JobGraphInit,
  JobGraphState,
  JobGraphStrings,
} from '../../../src/shared/protocol/jobGraph';
import { element, icon, setAttribute, setText } from '../dom';
import { GraphCanvas } from './graphCanvas';
import { GraphTable } from './graphTable';
import { loadIcons, loads, loadWords } from './load';
import { TimeStrip } from './timeStrip';

/** What is kept of the page. By `job` the host opens the panel again after a reload of the window. */
export interface SavedGraph {
  readonly job: string;
  readonly table: boolean;
  readonly selected?: string;
}

export interface JobGraphServices {
  readonly host: Pick<JobGraphHost, 'reveal' | 'follow' | 'showFlames' | 'openTimeline'>;
  report(error: unknown): void;
  /** The person chose a vertex, or the other form. */
  viewChanged(): void;
}

const statusIcons: Readonly<Record<GraphStatus, string>> = {
  loading: 'sync',
  live: 'pulse',
  stale: 'debug-disconnect',
  ended: 'circle-slash',
  gone: 'circle-slash',
  failed: 'error',
  down: 'debug-disconnect',
};

/** The whole page: the tool bar with the state of the job, a remark where something is to be said, and the graph. */
export class JobGraphView {
  readonly root = element('div', 'jobGraph');
  readonly #strings: JobGraphStrings;
  readonly #canvas: GraphCanvas;
  readonly #table: GraphTable;
  readonly #strip: TimeStrip;
  readonly #legend: HTMLElement;
  readonly #status = element('span', 'statusText');
  readonly #statusIcon = icon('sync');
  readonly #name = element('h1', 'jobName');
  readonly #message = element('span', 'message');
  readonly #follow = element('button', 'action');
  readonly #banner = element('div', 'banner', this.#message, this.#follow);
  readonly #nothing = element('div', 'nothing');
  readonly #buttons: Readonly<Record<'zoomIn' | 'zoomOut' | 'fit' | 'form' | 'reveal' | 'flames', HTMLElement>>;
  #state: JobGraphState;
  #asTable: boolean;

  constructor(
    { state, strings }: JobGraphInit,
    private readonly services: JobGraphServices,
  ) {
    this.#strings = strings;
    this.#state = state;
    // Who listens gets the words first; the picture stays one key away.
    this.#asTable = document.body.classList.contains('vscode-using-screen-reader');
    const events = { selected: (vertex: string, show: boolean) => this.#select(vertex, show) };
    this.#canvas = new GraphCanvas(strings, events);
    this.#table = new GraphTable(strings, events);
    this.#strip = new TimeStrip(strings, () => this.#do(services.host.openTimeline()));
    this.#legend = legend(strings);
    this.#follow.type = 'button';
    this.#follow.textContent = strings.follow;
    this.#follow.addEventListener('click', () => this.#do(services.host.follow()));
    this.#buttons = {
      zoomOut: button('zoom-out', strings.zoomOut, () => this.#canvas.zoom(false)),
      zoomIn: button('zoom-in', strings.zoomIn, () => this.#canvas.zoom(true)),
      fit: button('screen-full', strings.fit, () => this.#canvas.fit()),
      form: button('table', strings.showTable, () => this.#setForm(!this.#asTable)),
      reveal: button('list-tree', strings.reveal, () => this.#reveal(true)),
      flames: button('layers', strings.flames, () => this.#showFlames()),
    };
    const status = element('div', 'status', this.#statusIcon, this.#status);
    status.setAttribute('role', 'status');
    this.root.append(
      element('div', 'toolbar', ...Object.values(this.#buttons), this.#name, status),
      this.#banner,
      this.#nothing,
      this.#canvas.root,
      this.#table.root,
      this.#strip.root,
      this.#legend,
    );
  }

  get saved(): SavedGraph {
    const { selected } = this.#canvas;
    return { job: this.#state.job, table: this.#asTable, ...(selected === undefined ? {} : { selected }) };
  }

  restore({ table, selected }: SavedGraph): void {
    this.#asTable = table;
    this.#mark(this.#state.vertices.some(({ id }) => id === selected) ? selected : undefined);
    this.state = this.#state;
  }

  set state(state: JobGraphState) {
    this.#state = state;
    const { status, statusText, message, successor, vertices, name, strip } = state;
    const isEmpty = vertices.length === 0;
    setText(this.#name, name);
    setText(this.#status, statusText);
    setAttribute(this.#statusIcon, 'class', `codicon codicon-${statusIcons[status]}`);
    setAttribute(this.root, 'data-status', status);
    setText(this.#message, isEmpty ? '' : (message ?? ''));
    setText(this.#nothing, isEmpty ? (message ?? (status === 'loading' ? statusText : this.#strings.empty)) : '');
    this.#follow.hidden = successor === undefined;
    this.#banner.hidden = (message === undefined || isEmpty) && successor === undefined;
    this.#nothing.hidden = !isEmpty;
    this.#canvas.root.hidden = isEmpty || this.#asTable;
    this.#table.root.hidden = isEmpty || !this.#asTable;
    this.#legend.hidden = this.#canvas.root.hidden;
    for (const name of ['zoomIn', 'zoomOut', 'fit'] as const) this.#buttons[name].hidden = this.#canvas.root.hidden;
    this.#buttons.form.hidden = isEmpty;
    this.#showForm();
    this.#strip.show(strip);
    if (isEmpty) return;
    if (this.#asTable) this.#table.show(state);
    else this.#canvas.show(state);
    this.#mark(vertices.some(({ id }) => id === this.#canvas.selected) ? this.#canvas.selected : undefined);
  }

  #showForm(): void {
    const { form } = this.#buttons;
    const title = this.#asTable ? this.#strings.showGraph : this.#strings.showTable;
    setAttribute(form, 'icon', this.#asTable ? 'type-hierarchy' : 'table');
    setAttribute(form, 'label', title);
    setAttribute(form, 'title', title);
  }

  #setForm(asTable: boolean): void {
    this.#asTable = asTable;
    this.state = this.#state;
    this.services.viewChanged();
  }

  #mark(vertex: string | undefined): void {
    if (vertex !== this.#canvas.selected) this.#canvas.select(vertex);
    this.#table.select(vertex);
    for (const name of ['reveal', 'flames'] as const) this.#buttons[name].hidden = vertex === undefined;
  }

  #select(vertex: string, show: boolean): void {
    this.#mark(vertex);
    this.services.viewChanged();
    this.#reveal(show);
  }

  #reveal(show: boolean): void {
    const { selected } = this.#canvas;
    if (selected !== undefined) this.#do(this.services.host.reveal(selected, show));
  }

  #showFlames(): void {
    const { selected } = this.#canvas;
    if (selected !== undefined) this.#do(this.services.host.showFlames(selected));
  }

  #do(action: Promise<unknown>): void {
    action.catch((error: unknown) => this.services.report(error));
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

function legend(strings: JobGraphStrings): HTMLElement {
  const entries = loads.map((load) =>
    element('li', `entry ${load}`, element('span', 'swatch'), icon(loadIcons[load]), strings[loadWords[load]]),
  );
  const list = element('ul', 'legend', ...entries);
  list.setAttribute('aria-label', strings.legend);
  return list;
}
