import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { succeeded, failed, idle } from '../../src/core/state/resource';
import { PlaygroundError } from '../../src/core/util/errors';
import { describeGraph, jobGraphStrings } from '../../src/panels/jobGraphState';
import type { JobDetail, Vertex } from '../../src/shared/model/flink';
import type { VertexFigures } from '../../src/shared/model/jobReads';
import type { JobGraphState } from '../../src/shared/protocol/jobGraph';
import { jobDetail, jobOverview, noon, tasks, vertex } from '../support/builders/flink';
import { launchBrowser } from '../support/browser';
import { graphBridge, graphInit, GraphHost } from '../support/webviewGraphHost';
import {
  buildWebview,
  openWebview,
  themes,
  type BuiltPage,
  type WebviewPage,
  type WebviewPageOptions,
} from '../support/webviewPage';

const strings = jobGraphStrings();
const { id: job } = jobOverview();

/** The tutorial's job, its counter held up by its sink. */
const vertices: readonly Vertex[] = [
  vertex({
    id: 'source',
    name: 'Source: ClickEvent Source',
    parallelism: 2,
    tasks: tasks({ RUNNING: 2 }),
    rates: { recordsOutPerSecond: 401, busy: 0.12, backPressured: 0.2 },
  }),
  vertex({
    id: 'pressure',
    name: 'Backpressure',
    parallelism: 2,
    tasks: tasks({ RUNNING: 2 }),
    rates: { recordsInPerSecond: 401, recordsOutPerSecond: 398, busy: 0.9, backPressured: 0 },
  }),
  vertex({
    id: 'counter',
    name: 'ClickEvent Counter',
    parallelism: 2,
    tasks: tasks({ RUNNING: 2 }),
    rates: { recordsInPerSecond: 398, recordsOutPerSecond: 0.4, busy: 0.6, backPressured: 0 },
  }),
  vertex({
    id: 'writer',
    name: 'ClickEventStatistics Sink: Writer',
    parallelism: 2,
    tasks: tasks({ RUNNING: 1, SCHEDULED: 1 }),
  }),
  vertex({
    id: 'committer',
    name: 'ClickEventStatistics Sink: Committer',
    parallelism: 2,
    tasks: tasks({ RUNNING: 2 }),
  }),
];
const edges = [
  { from: 'source', to: 'pressure', shipStrategy: 'HASH' },
  { from: 'pressure', to: 'counter', shipStrategy: 'HASH' },
  { from: 'counter', to: 'writer', shipStrategy: 'FORWARD' },
  { from: 'writer', to: 'committer', shipStrategy: 'FORWARD' },
];
const figures = new Map([
  ['counter', succeeded<VertexFigures>({ lowWatermark: noon, skew: 0.33, mostBusy: 0.85 }, noon)],
]);

function stateOf(changes: Partial<JobDetail> = {}): JobGraphState {
  const detail = succeeded(jobDetail({ vertices, edges, ...changes }), noon);
  return describeGraph({ job, up: true, detail, figures, jobs: idle, lastName: '' });
}

const begun = Date.now();
const live: JobGraphState = stateOf();
/** The same with a failure a while ago. */
const withPast: JobGraphState = {
  ...live,
  strip: {
    spans: [
      { at: begun - 500_000, until: begun - 490_000, tone: 'passing', text: 'starting' },
      { at: begun - 490_000, until: begun - 260_000, tone: 'well', text: 'running' },
      { at: begun - 260_000, until: begun - 230_000, tone: 'trouble', text: 'restarting' },
      { at: begun - 230_000, until: begun - 150_000, tone: 'unknown', text: 'not watched' },
      { at: begun - 150_000, tone: 'well', text: 'running' },
    ],
    marks: [
      { at: begun - 262_000, tone: 'trouble', text: 'TaskManager taskmanager-1 was killed' },
      { at: begun - 232_000, tone: 'well', text: 'TaskManager taskmanager-1 is up' },
      { at: begun - 100_000, tone: 'passing', text: 'restored from checkpoint 10' },
    ],
  },
};
const down = new PlaygroundError('unreachable', 'Flink at http://127.0.0.1:8081 does not answer.');
const stale = describeGraph({
  job,
  up: true,
  detail: failed(succeeded(jobDetail({ vertices, edges }), noon), down),
  figures,
  jobs: idle,
  lastName: '',
});
const over = describeGraph({
  job,
  up: true,
  detail: succeeded(jobDetail({ vertices, edges, state: 'FINISHED' }), noon),
  figures,
  jobs: succeeded([jobOverview({ id: 'next' })], noon),
  lastName: '',
});

let browser: Browser;
let files: BuiltPage;
let opened: WebviewPage | undefined;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchBrowser(), buildWebview('jobGraph')]);
});

afterAll(async () => {
  await browser.close();
});

afterEach(async () => {
  const problems = await opened?.problems();
  await opened?.close();
  opened = undefined;
  if (problems !== undefined && problems.length > 0) throw new Error(`The page complained: ${problems.join('; ')}`);
});

interface Panel {
  readonly page: Page;
  readonly host: GraphHost;
  readonly web: WebviewPage;
}

async function openGraph(state = live, options: Partial<WebviewPageOptions> = {}): Promise<Panel> {
  const web = await openWebview({
    browser,
    name: 'jobGraph',
    files,
    bridge: graphBridge,
    bridgeArgument: graphInit(state, strings),
    ...options,
  });
  opened = web;
  await web.page.locator('.jobGraph').waitFor();
  return { page: web.page, host: new GraphHost(web.page), web };
}

const graph = (page: Page) => page.getByRole('listbox');
const box = (page: Page, id: string) => page.locator(`[data-vertex="${id}"]`);
const button = (page: Page, label: string) => page.locator(`vscode-toolbar-button[label="${label}"]`);
const selected = (page: Page) => page.locator('.vertex[aria-selected="true"]').getAttribute('data-vertex');

describe.each(themes)('the job graph in %s', (theme) => {
  it('shows every state', async () => {
    const { page, host, web } = await openGraph(withPast, { theme });
    await box(page, 'counter').click();
    await web.screenshot(`graph-live-${theme}`);

    await button(page, strings.showTable).click();
    await web.screenshot(`graph-table-${theme}`);
    await button(page, strings.showGraph).click();

    await host.show(stale);
    await page.getByText('does not answer').waitFor();
    await web.screenshot(`graph-stale-${theme}`);

    await host.show(over);
    await page.getByText(strings.follow).waitFor();
    await web.screenshot(`graph-over-${theme}`);

    await host.show(stateOf({ vertices: [], edges: [] }));
    await page.getByText(strings.empty).waitFor();
    expect(await page.locator('.canvas, .tablePart, .legend').filter({ visible: true }).count()).toBe(0);
    await web.screenshot(`graph-empty-${theme}`);
  });
});

describe('the picture', () => {
  it('has all that is known of a vertex in words, for eyes and for ears', async () => {
    const { page } = await openGraph();
    const counter = box(page, 'counter');
    expect(await counter.innerText()).toContain('398/s in, 0.4/s out');
    expect(await counter.innerText()).toContain('60 % busy · 0 % back-pressured');
    expect(await counter.innerText()).toContain('one subtask 85 % busy · 33 % skew');
    expect(await counter.getAttribute('aria-label')).toBe(
      'ClickEvent Counter, parallelism 2, running, 2/2 running, 398/s in, 0.4/s out, 60 % busy, ' +
        `0 % back-pressured, ${strings.watermark.replace('{0}', live.vertices[2]?.texts.watermark ?? '')}, one subtask 85 % busy, 33 % skew, ` +
        'Inputs: Backpressure (HASH, 398/s)',
    );
  });

  it('tells states apart by shape and word, not by colour alone', async () => {
    const { page } = await openGraph();
    const icons = await page
      .locator('.vertex .codicon')
      .evaluateAll((all) => all.map((each) => each.className.replace('codicon codicon-', '')));
    expect(icons).toEqual(['arrow-circle-left', 'flame', 'circle-filled', 'warning', 'dash']);
    expect(await box(page, 'writer').innerText()).toContain('waiting for slots · 1/2 running');
  });

  it('fits on the screen, in the order of the data flow', async () => {
    const { page } = await openGraph();
    const screen = await graph(page).boundingBox();
    const boxes = await page.locator('.vertex').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().x));
    expect(boxes).toEqual(boxes.toSorted((a, b) => a - b));
    const last = await box(page, 'committer').boundingBox();
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual((screen?.x ?? 0) + (screen?.width ?? 0));
  });

  it('is changed in place by new figures, and laid out anew for a new shape', async () => {
    const { page, host } = await openGraph();
    await page.evaluate(() => document.querySelector('[data-vertex="counter"]')?.setAttribute('data-mark', 'same'));
    const busier = vertices.map((each) => (each.id === 'counter' ? { ...each, rates: { busy: 0.07 } } : each));
    await host.show(stateOf({ vertices: busier }));
    await page.getByText('7 %').first().waitFor();
    expect(await box(page, 'counter').getAttribute('data-mark')).toBe('same');
    await host.show(stateOf({ vertices: vertices.slice(0, 3) }));
    await expect.poll(() => page.locator('.vertex').count()).toBe(3);
    expect(await box(page, 'counter').getAttribute('data-mark')).toBeNull();
  });

  it('shows hostile names as text', async () => {
    const name = '<img src=x onerror="violations.push(1)">\u202E\n' + 'x'.repeat(10_000);
    const { page } = await openGraph(stateOf({ vertices: [vertex({ name })], edges: [] }));
    expect(await page.locator('.vertex .name').textContent()).toBe(name);
    expect(await page.locator('.vertex img').count()).toBe(0);
    const room = await page.locator('.vertex').boundingBox();
    expect(room?.height).toBeLessThan(200);
  });

  it('has one line for the name of a job, whatever is in it', async () => {
    const name = '<b onclick="violations.push(1)">x</b>\r\n\u202Egnp.exe ' + 'x'.repeat(10_000);
    const { page } = await openGraph(stateOf({ name }));
    const heading = page.getByRole('heading');
    expect(await heading.textContent()).toBe(name);
    expect(await heading.locator('*').count()).toBe(0);
    const room = await heading.boundingBox();
    expect(room?.height).toBeLessThan(30);
    expect((room?.x ?? 0) + (room?.width ?? 0)).toBeLessThan(1000);
  });

  it('refuses what is no state, and goes on with the next', async () => {
    const { page, host } = await openGraph();
    await host.send({
      t: 'q',
      m: 'stateChanged',
      a: [{ ...live, edges: [{ from: 'x', to: 'y', ship: '', rate: '' }] }],
    });
    await expect.poll(async () => (await host.calls('reportError')).length).toBe(1);
    await host.show(over);
    await page.getByText(strings.follow).waitFor();
  });
});

describe('choosing a vertex', () => {
  it('by a click shows it in the tree, by a double click goes there', async () => {
    const { page, host } = await openGraph();
    await box(page, 'counter').click();
    await expect.poll(() => host.calls('reveal')).toEqual([['counter', false]]);
    expect(await selected(page)).toBe('counter');
    await box(page, 'counter').dblclick();
    await expect.poll(async () => (await host.calls('reveal')).at(-1)).toEqual(['counter', true]);
  });

  it('by keys follows the data flow', async () => {
    const { page, host } = await openGraph();
    await graph(page).focus();
    for (const [key, expected] of [
      ['ArrowRight', 'source'],
      ['ArrowRight', 'pressure'],
      ['End', 'committer'],
      ['ArrowLeft', 'writer'],
      ['Home', 'source'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await selected(page)).toBe(expected);
    }
    const active = await graph(page).getAttribute('aria-activedescendant');
    expect(await page.locator(`#${active ?? ''}`).getAttribute('data-vertex')).toBe('source');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await host.calls('reveal')).at(-1)).toEqual(['source', true]);
  });

  it('offers to look at what its threads are doing', async () => {
    const { page, host } = await openGraph();
    expect(await button(page, strings.flames).isVisible()).toBe(false);
    await box(page, 'counter').click();
    await button(page, strings.flames).click();
    await expect.poll(() => host.calls('showFlames')).toEqual([['counter']]);
  });

  it('is remembered over a reload of the page, like the form', async () => {
    const { page } = await openGraph();
    await box(page, 'counter').click();
    await button(page, strings.showTable).click();
    await page.reload();
    await page.getByRole('table').waitFor();
    expect(await page.locator('tr.selected').innerText()).toContain('ClickEvent Counter');
  });

  it('moves one that is out of sight into it', async () => {
    const { page } = await openGraph();
    await graph(page).focus();
    for (let step = 0; step < 8; step++) await page.keyboard.press('+');
    await page.keyboard.press('End');
    const screen = await graph(page).boundingBox();
    const last = await box(page, 'committer').boundingBox();
    expect(last?.x).toBeGreaterThanOrEqual(screen?.x ?? 0);
  });
});

describe('the strip of the past', () => {
  /** The page draws it by the clock, so it is made as a test begins. */
  function stripOfNow() {
    const now = Date.now();
    return {
      spans: [
        { at: now - 3_600_000, until: now - 120_000, tone: 'well', text: 'running' },
        { at: now - 120_000, until: now - 60_000, tone: 'trouble', text: 'restarting, taskmanager-1 was killed' },
        { at: now - 60_000, tone: 'well', text: 'running' },
      ],
      marks: [
        { at: now - 1_800_000, tone: 'well', text: 'long ago' },
        { at: now - 121_000, tone: 'trouble', text: 'taskmanager-1 was killed' },
      ],
    } as const;
  }

  it('has the states of the last minutes in place and in words, and what happened between them', async () => {
    const { page } = await openGraph({ ...live, strip: stripOfNow() });
    const parts = page.getByRole('list', { name: strings.stripLabel }).getByRole('listitem');
    await expect.poll(() => parts.filter({ visible: true }).count()).toBe(4);
    const [track, restarting] = await Promise.all([
      page.locator('.track').boundingBox(),
      page.getByRole('listitem', { name: /restarting, taskmanager-1 was killed$/ }).boundingBox(),
    ]);
    const width = track?.width ?? 0;
    expect(((restarting?.x ?? 0) - (track?.x ?? 0)) / width).toBeCloseTo(0.8, 1);
    expect((restarting?.width ?? 0) / width).toBeCloseTo(0.1, 1);
  });

  it('opens the whole timeline, and is not there where nothing is known', async () => {
    const { page, host } = await openGraph({ ...live, strip: stripOfNow() });
    await button(page, strings.openTimeline).click();
    await expect.poll(() => host.calls('openTimeline')).toEqual([[]]);
    await host.show(live);
    await expect.poll(() => page.locator('.strip').isVisible()).toBe(false);
  });
});

describe('zooming', () => {
  const zoomOf = async (page: Page): Promise<number> => {
    const room = await box(page, 'counter').boundingBox();
    return room?.width ?? 0;
  };

  it('works by keys, buttons and the wheel, and can be taken back', async () => {
    const { page } = await openGraph();
    const before = await zoomOf(page);
    await graph(page).focus();
    await page.keyboard.press('+');
    const larger = await zoomOf(page);
    expect(larger).toBeGreaterThan(before);
    await button(page, strings.zoomOut).click();
    await button(page, strings.zoomOut).click();
    expect(await zoomOf(page)).toBeLessThan(before);
    await button(page, strings.fit).click();
    expect(await zoomOf(page)).toBeCloseTo(before, 0);
    await page.keyboard.down('Control');
    await page.mouse.move(500, 250);
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    expect(await zoomOf(page)).toBeGreaterThan(before);
  });

  it('follows the window until the person has moved', async () => {
    const { page } = await openGraph();
    const before = await zoomOf(page);
    await page.setViewportSize({ width: 600, height: 500 });
    await expect.poll(() => zoomOf(page)).toBeLessThan(before);
  });

  it('dragging moves the picture and chooses nothing', async () => {
    const { page, host } = await openGraph();
    const before = await box(page, 'counter').boundingBox();
    const [x, y] = [(before?.x ?? 0) + 20, (before?.y ?? 0) + 20];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 30, { steps: 4 });
    await page.mouse.up();
    const after = await box(page, 'counter').boundingBox();
    expect((after?.x ?? 0) - (before?.x ?? 0)).toBeCloseTo(60, 0);
    expect(await host.calls('reveal')).toEqual([]);
  });
});

describe('the table', () => {
  it('is what a screen reader gets first', async () => {
    const { page } = await openGraph(live, { bridgeArgument: graphInit(live, strings, true) });
    const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: 'ClickEvent Counter' }) });
    expect(await row.innerText()).toContain('Backpressure (HASH, 398/s)');
    expect(await page.getByRole('columnheader').allInnerTexts()).toContain(strings.columnWatermark);
  });

  it('goes to a vertex by its name', async () => {
    const { page, host } = await openGraph();
    await button(page, strings.showTable).click();
    await page.getByRole('button', { name: 'ClickEvent Counter' }).click();
    await expect.poll(() => host.calls('reveal')).toEqual([['counter', true]]);
  });
});

describe('a job that is over', () => {
  it('offers the one that goes on', async () => {
    const { page, host } = await openGraph(over);
    await page.getByRole('button', { name: strings.follow }).click();
    await expect.poll(() => host.calls('follow')).toEqual([[]]);
    expect(await page.getByRole('status').innerText()).toBe('finished');
  });
});

describe('a large graph', () => {
  const many = Array.from({ length: 300 }, (_unused, index) =>
    vertex({ id: `v${index}`, name: `Operator ${index}`, rates: { busy: 0.3, recordsInPerSecond: index } }),
  );
  const tree = many.slice(1).map(({ id }, index) => ({ from: `v${Math.floor(index / 2)}`, to: id }));

  it('of 300 vertices is drawn whole and goes on being changed in place', async () => {
    const { page, host } = await openGraph(stateOf({ vertices: many, edges: tree }));
    expect(await page.locator('.vertex').count()).toBe(300);
    await host.show(stateOf({ vertices: many.map((each) => ({ ...each, rates: { busy: 0.9 } })), edges: tree }));
    await expect.poll(() => page.locator('.vertex.veryBusy').count()).toBe(300);
  });
});
