import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failed, idle, succeeded } from '../../src/core/state/resource';
import { PlaygroundError } from '../../src/core/util/errors';
import { describeFlames, flameGraphStrings } from '../../src/panels/flameGraph';
import type { FlameFrame, FlameGraph } from '../../src/shared/model/flameGraph';
import type { FlameGraphState } from '../../src/shared/protocol/flameGraph';
import { launchBrowser } from '../support/browser';
import { frame, sampledTask } from '../support/builders/flames';
import { noon } from '../support/builders/flink';
import { FlameHost, flameBridge } from '../support/webviewFlameHost';
import {
  buildWebview,
  openWebview,
  themes,
  type BuiltPage,
  type WebviewPage,
  type WebviewPageOptions,
} from '../support/webviewPage';

const strings = flameGraphStrings();
const subject = { job: '694d', vertex: 'cbc3', name: 'ClickEvent Counter' };
const sampled = (root: FlameFrame) => succeeded<FlameGraph>({ state: 'sampled', at: noon, root }, noon);
const live = describeFlames({ subject, type: 'full', up: true, flames: sampled(sampledTask) });
const down = new PlaygroundError('unreachable', 'Flink at http://127.0.0.1:8081 does not answer.');
const stale = describeFlames({ subject, type: 'full', up: true, flames: failed(sampled(sampledTask), down) });
const waiting = describeFlames({ subject, type: 'full', up: true, flames: idle });
const disabled = describeFlames({
  subject,
  type: 'full',
  up: true,
  flames: succeeded<FlameGraph>({ state: 'disabled' }, noon),
});

let browser: Browser;
let files: BuiltPage;
let opened: WebviewPage | undefined;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchBrowser(), buildWebview('flameGraph')]);
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
  readonly host: FlameHost;
  readonly web: WebviewPage;
}

async function openFlames(
  state: FlameGraphState = live,
  { screenReader = false, ...options }: Partial<WebviewPageOptions> & { readonly screenReader?: boolean } = {},
): Promise<Panel> {
  const web = await openWebview({
    browser,
    name: 'flameGraph',
    files,
    bridge: flameBridge,
    bridgeArgument: { state, strings, screenReader },
    ...options,
  });
  opened = web;
  await web.page.locator('.flameGraph').waitFor();
  return { page: web.page, host: new FlameHost(web.page), web };
}

const box = (page: Page, name: string | RegExp) => page.getByRole('treeitem', { name });
const button = (page: Page, label: string) => page.locator(`vscode-toolbar-button[label="${label}"]`);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
const shareOfWidth = async (page: Page, name: string): Promise<number> => {
  const [part, whole] = await Promise.all([box(page, name).boundingBox(), page.locator('.sheet').boundingBox()]);
  return (part?.width ?? 0) / (whole?.width ?? 1);
};

describe.each(themes)('the flame graph in %s', (theme) => {
  it('shows every state', async () => {
    const { page, host, web } = await openFlames(live, { theme });
    await web.screenshot(`flames-live-${theme}`);
    await page.getByRole('searchbox').fill('backpressure');
    await web.screenshot(`flames-found-${theme}`);
    await page.getByRole('searchbox').fill('');

    await button(page, strings.showTable).click();
    await web.screenshot(`flames-table-${theme}`);
    await button(page, strings.showGraph).click();

    for (const [name, state] of Object.entries({ stale, waiting, disabled })) {
      await host.show(state);
      await page.getByText(state.message).waitFor();
      await web.screenshot(`flames-${name}-${theme}`);
    }
    expect(await page.locator('.flames, .tablePart, .legend').filter({ visible: true }).count()).toBe(0);
  });
});

describe('the picture', () => {
  it('gives each frame the width of its samples, below its caller', async () => {
    const { page } = await openFlames();
    expect(await shareOfWidth(page, 'Unsafe.park')).toBeCloseTo(0.6, 2);
    expect(await shareOfWidth(page, 'BackpressureMap.map')).toBeCloseTo(0.28, 2);
    const [caller, called] = await Promise.all([
      box(page, 'StreamTask.runMailboxLoop').boundingBox(),
      box(page, 'StreamTask.processInput').boundingBox(),
    ]);
    expect(called?.y).toBeGreaterThan(caller?.y ?? Number.POSITIVE_INFINITY);
    expect(await box(page, 'Unsafe.park').getAttribute('aria-label')).toBe('Unsafe.park, 60 % of the samples');
  });

  it('tells whose code a frame is, the playground’s own among the job’s', async () => {
    const { page } = await openFlames();
    const classes = await page
      .locator('.frame')
      .evaluateAll((all) => Object.fromEntries(all.map((each) => [each.textContent, each.className])));
    expect(classes).toMatchObject({
      'BackpressureMap.map': 'frame user',
      'StreamTask.processInput': 'frame flink',
      'KafkaConsumer.poll': 'frame kafka',
      'Thread.sleep': 'frame java',
    });
  });

  it('keeps focus and zoom when new samples come, as long as the frame is there', async () => {
    const { page, host } = await openFlames();
    await box(page, 'BackpressureMap.map').click();
    expect(await shareOfWidth(page, 'BackpressureMap.map')).toBeCloseTo(1, 2);
    await host.show({ ...live, root: structuredClone(sampledTask), caption: 'again' });
    await page.getByText('again').waitFor();
    expect(await shareOfWidth(page, 'BackpressureMap.map')).toBeCloseTo(1, 2);
    await host.show({ ...live, root: frame('root', 5, frame('a.B.c:1', 5)), caption: 'other' });
    await page.getByText('other').waitFor();
    expect(await shareOfWidth(page, 'B.c')).toBeCloseTo(1, 2);
    expect(await button(page, strings.whole).isVisible()).toBe(false);
  });

  it('shows hostile names as text', async () => {
    const name = `<img src=x onerror="violations.push(1)">\u202E${'x'.repeat(10_000)}`;
    const { page } = await openFlames({ ...live, name, root: frame('root', 1, frame(name, 1)) });
    expect(await page.locator('.frame').last().textContent()).toBe(name);
    expect(await page.locator('img').count()).toBe(0);
    expect((await page.locator('.frame').last().boundingBox())?.height).toBe(20);
  });

  it('refuses what is no state, and goes on with the next', async () => {
    const { page, host } = await openFlames();
    await host.send({ t: 'q', m: 'stateChanged', a: [{ ...live, root: { name: 'root', samples: 'many' } }] });
    await expect.poll(async () => (await host.calls('reportError')).length).toBe(1);
    await host.show(disabled);
    await page.getByText('rest.flamegraph.enabled: true').waitFor();
  });
});

describe('moving about', () => {
  it('by keys follows the calls', async () => {
    const { page } = await openFlames();
    await box(page, strings.allThreads).focus();
    for (const [key, expected] of [
      ['ArrowDown', 'Thread.run'],
      ['ArrowDown', 'StreamTask.runMailboxLoop'],
      ['ArrowDown', 'Unsafe.park'],
      ['ArrowRight', 'StreamTask.processInput'],
      ['ArrowDown', 'BackpressureMap.map'],
      ['ArrowUp', 'StreamTask.processInput'],
      ['ArrowLeft', 'Unsafe.park'],
      ['Home', strings.allThreads],
    ] as const) {
      await page.keyboard.press(key);
      expect(await focused(page)).toContain(expected);
    }
  });

  it('by Enter shows a frame in full width, and by Escape the whole again', async () => {
    const { page } = await openFlames();
    await box(page, 'StreamTask.processInput').focus();
    await page.keyboard.press('Enter');
    expect(await focused(page)).toContain('StreamTask.processInput');
    expect(await shareOfWidth(page, 'BackpressureMap.map')).toBeCloseTo(0.7, 2);
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toContain('StreamTask.runMailboxLoop');
    await page.keyboard.press('Escape');
    expect(await shareOfWidth(page, 'Unsafe.park')).toBeCloseTo(0.6, 2);
  });

  it('says in full what is under the pointer', async () => {
    const { page } = await openFlames();
    await box(page, 'KafkaConsumer.poll').hover();
    expect(await page.locator('.about').innerText()).toBe(
      'org.apache.kafka.clients.consumer.KafkaConsumer.poll:1230 · 12 % of the samples',
    );
  });
});

describe('finding methods', () => {
  it('marks them and says in how many samples they were', async () => {
    const { page } = await openFlames();
    await page.getByRole('searchbox').fill('STREAMTASK.process');
    expect(await page.locator('.frame.found').allTextContents()).toEqual(['StreamTask.processInput']);
    expect(await page.locator('.foundText').innerText()).toBe('in 40 % of the samples');
  });
});

describe('the table', () => {
  it('is what a screen reader gets first: methods by the work of their own', async () => {
    const { page } = await openFlames(live, { screenReader: true });
    const rows = await page
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => Array.from(row.children, (cell) => cell.textContent)));
    expect(rows.slice(0, 3)).toEqual([
      ['jdk.internal.misc.Unsafe.park', '60 %', '60 %'],
      ['java.lang.Thread.sleep', '28 %', '28 %'],
      ['org.apache.kafka.clients.consumer.KafkaConsumer.poll', '12 %', '12 %'],
    ]);
  });

  it('is remembered over a reload of the page', async () => {
    const { page } = await openFlames();
    await button(page, strings.showTable).click();
    await page.reload();
    await expect.poll(() => page.getByRole('table').isVisible()).toBe(true);
  });
});

describe('which threads count', () => {
  it('is for the host to change', async () => {
    const { page, host } = await openFlames();
    await page.getByRole('combobox').selectOption('off_cpu');
    await expect.poll(() => host.calls('setType')).toEqual([['off_cpu']]);
  });
});
