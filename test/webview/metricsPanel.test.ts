import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { metricsStrings } from '../../src/panels/metricsPanel';
import type { MetricSeries, MetricsState } from '../../src/shared/protocol/metricsPanel';
import { launchBrowser } from '../support/browser';
import { FakeMetrics, metricsBridge } from '../support/webviewMetricsHost';
import {
  buildWebview,
  openWebview,
  themes,
  type BuiltPage,
  type WebviewPage,
  type WebviewPageOptions,
} from '../support/webviewPage';

const strings = metricsStrings();
const noon = Date.UTC(2026, 10, 22, 12);

function series(key: string, changes: Partial<MetricSeries> = {}): MetricSeries {
  return { key, name: key, of: 'Click Event Count', text: '500', fresh: true, newest: noon, ...changes };
}

const some: MetricsState = {
  series: [
    series('wave', { name: '0.numRecordsInPerSecond', of: 'ClickEvent Counter', text: '412' }),
    series('flat', { name: 'numRunningJobs', of: 'JobManager', text: '4' }),
    series('gap', { name: 'Status.JVM.Memory.Heap.Used', of: 'taskmanager-1', text: '85,123,456' }),
    series('none', { name: 'lastCheckpointExternalPath', text: 'not there now', fresh: false, newest: 0 }),
  ],
};

let browser: Browser;
let files: BuiltPage;
let opened: WebviewPage | undefined;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchBrowser(), buildWebview('metricsPanel')]);
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
  readonly host: FakeMetrics;
  readonly web: WebviewPage;
}

async function openPanel(state = some, options: Partial<WebviewPageOptions> = {}): Promise<Panel> {
  const web = await openWebview({
    browser,
    name: 'metricsPanel',
    files,
    bridge: metricsBridge,
    bridgeArgument: { state, locale: 'en-US', timeZone: 'utc', strings },
    ...options,
  });
  opened = web;
  await web.page.locator('.metricsPanel').waitFor();
  return { page: web.page, host: new FakeMetrics(web.page), web };
}

const chart = (page: Page, name: string) => page.getByRole('region', { name });
const button = (page: Page, label: string) => page.locator(`.toolbar vscode-toolbar-button[label="${label}"]`);

/** How many dots of the first chart have the colour of its line. */
function drawnDots(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas');
    if (canvas === null || canvas.width === 0) return 0;
    const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    if (context === null) return 0;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let dots = 0;
    for (let index = 0; index < data.length; index += 4) {
      if ((data[index + 3] ?? 0) > 200 && (data[index + 2] ?? 0) > (data[index] ?? 0) + 80) dots += 1;
    }
    return dots;
  });
}

describe.each(themes)('the metrics panel in %s', (theme) => {
  it('shows every state', async () => {
    const { page, host, web } = await openPanel(some, { theme, size: { width: 1000, height: 620 } });
    await expect.poll(() => chart(page, '0.numRecordsInPerSecond').innerText()).toContain('from 100');
    await web.screenshot(`metrics-live-${theme}`);
    await host.show({ series: [] });
    await page.getByText(strings.empty).waitFor();
    await web.screenshot(`metrics-empty-${theme}`);
  });
});

describe('a chart', () => {
  it('has its name, its value and its range in words', async () => {
    const { page } = await openPanel();
    await expect.poll(() => chart(page, 'numRunningJobs').innerText()).toContain('from 4 to 4');
    expect(await chart(page, 'numRunningJobs').getAttribute('aria-label')).toBe('numRunningJobs, JobManager: 4');
    expect(await chart(page, 'lastCheckpointExternalPath').innerText()).toContain(strings.noSamples);
  });

  it('draws a line, and another where the theme has another colour', async () => {
    const { page } = await openPanel();
    await expect.poll(() => drawnDots(page)).toBeGreaterThan(100);
    await page.evaluate(() => document.documentElement.style.setProperty('--vscode-charts-blue', '#ff0000'));
    await expect.poll(() => drawnDots(page)).toBeLessThan(50);
  });

  it('asks only for samples that it does not have', async () => {
    const { page, host } = await openPanel({ series: [series('wave')] });
    await expect.poll(async () => (await host.calls('samples')).length).toBe(1);
    await expect.poll(() => chart(page, 'wave').innerText()).toContain('from');
    await host.show({ series: [series('wave', { newest: noon + 2000 })] });
    await expect.poll(async () => (await host.calls('samples')).at(-1)).toEqual(['wave', noon]);
    await host.show({ series: [series('wave', { newest: noon + 2000, text: '501' })] });
    await page.getByText('501').waitFor();
    expect(await host.calls('samples')).toHaveLength(2);
  });

  it('tells the value at the pointer', async () => {
    const { page } = await openPanel({ series: [series('flat')] });
    await expect.poll(() => chart(page, 'flat').innerText()).toContain('from 4');
    const box = await page.locator('.u-over').boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 20);
    await expect.poll(() => page.locator('.value').innerText()).toMatch(/^4 · 11:57:\d\d$/);
    await page.mouse.move(5, 5);
    await expect.poll(() => page.locator('.value').innerText()).toBe('500');
  });

  it('goes when its metric is unpinned', async () => {
    const { page, host } = await openPanel();
    await page.locator(`.chart vscode-toolbar-button[label="${strings.unpin}"]`).first().click();
    await expect.poll(() => host.calls('unpin')).toEqual([['wave']]);
    await host.show({ series: some.series.slice(1) });
    await expect.poll(() => page.locator('.chart').count()).toBe(3);
  });

  it('shows hostile names as text', async () => {
    const name = `<img src=x onerror="violations.push(1)">${'x'.repeat(10_000)}`;
    const { page } = await openPanel({ series: [series('wave', { name })] });
    expect(await page.locator('.metric').textContent()).toBe(name);
    expect(await page.locator('.chart img').count()).toBe(0);
  });
});

describe('the stretch of time', () => {
  it('stands still while it is paused, and catches up', async () => {
    const { page, host } = await openPanel({ series: [series('wave')] });
    await button(page, strings.pause).click();
    expect(await page.getByRole('status').innerText()).toBe(strings.paused);
    await host.show({ series: [series('wave', { newest: noon + 60_000 })] });
    await button(page, strings.exportCsv).click();
    await expect.poll(() => host.calls('exportCsv')).toEqual([[noon - 5 * 60_000, noon]]);
    await button(page, strings.resume).click();
    await button(page, strings.exportCsv).click();
    await expect.poll(async () => (await host.calls('exportCsv')).at(-1)).toEqual([noon - 4 * 60_000, noon + 60_000]);
  });

  it('can be chosen, and is remembered over a reload of the page', async () => {
    const { page, host } = await openPanel();
    await page.getByLabel(strings.window).selectOption('1');
    await page.reload();
    await page.locator('.chart').first().waitFor();
    await button(page, strings.exportCsv).click();
    await expect.poll(() => host.calls('exportCsv')).toEqual([[noon - 60_000, noon]]);
  });
});

describe('pinning', () => {
  it('is one button away', async () => {
    const { page, host } = await openPanel({ series: [] });
    await button(page, strings.pin).click();
    await expect.poll(() => host.calls('pin')).toEqual([[]]);
  });
});

describe('hostile names', () => {
  it('are text, in the room that there is', async () => {
    const name = '<img src=x onerror="violations.push(1)">\u202E\n' + 'x'.repeat(10_000);
    const { page } = await openPanel({ series: [series('wave', { name, of: name, text: name })] });
    expect(await page.getByRole('heading').textContent()).toBe(name);
    expect(await page.locator('.chart img').count()).toBe(0);
    const room = await page.locator('.chart').boundingBox();
    expect((room?.x ?? 0) + (room?.width ?? 0)).toBeLessThanOrEqual(1000);
    expect(room?.height).toBeLessThan(400);
  });
});
