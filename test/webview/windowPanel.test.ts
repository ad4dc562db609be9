import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isWindowPanelState } from '../../media/webviews/windowPanel/guards';
import { windowPanelStrings } from '../../src/panels/windowPanelStrings';
import { noTotals } from '../../src/shared/model/ledger';
import type { WindowPanelState } from '../../src/shared/protocol/windowPanel';
import { launchBrowser } from '../support/browser';
import {
  buildWebview,
  openWebview,
  themes,
  type BuiltPage,
  type WebviewPage,
  type WebviewPageOptions,
} from '../support/webviewPage';
import { someWindows, windowBridge } from '../support/webviewWindowHost';

const strings = windowPanelStrings();
const failed: WindowPanelState = {
  topic: 'output',
  expected: 1000,
  verdict: 'FAIL',
  sentence: 'FAIL: 53 of 59 windows exact.',
  reasons: [
    '1 count is too low: clicks were lost.',
    '1 record came twice after a recovery, as an at-least-once sink may do.',
  ],
  totals: {
    ...noTotals,
    windows: 59,
    exactWindows: 53,
    consecutiveExactWindows: 0,
    exact: 340,
    short: 1,
    duplicates: 1,
  },
  windows: someWindows(60),
};

let browser: Browser;
let files: BuiltPage;
let opened: WebviewPage | undefined;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchBrowser(), buildWebview('windowPanel')]);
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

async function openPanel(
  state: WindowPanelState = failed,
  options: Partial<WebviewPageOptions> = {},
): Promise<{ readonly page: Page; readonly web: WebviewPage }> {
  const bridgeArgument = { state, strings };
  const web = await openWebview({
    browser,
    name: 'windowPanel',
    files,
    bridge: windowBridge,
    bridgeArgument,
    ...options,
  });
  opened = web;
  await web.page.locator('window-panel .verdict').waitFor();
  return { page: web.page, web };
}

async function send(page: Page, message: unknown): Promise<void> {
  await page.evaluate((message) => {
    (globalThis as unknown as { fakeHost: { send(message: unknown): void } }).fakeHost.send(message);
  }, message);
}

async function calls(page: Page, method: string): Promise<readonly unknown[]> {
  const all = await page.evaluate(
    () => (globalThis as unknown as { fakeHost: { calls: { method: string; args: unknown[] }[] } }).fakeHost.calls,
  );
  return all.filter((call) => call.method === method).map(({ args }) => args);
}

const cell = (page: Page, name: RegExp) => page.getByRole('gridcell', { name });

describe.each(themes)('the window check in %s', (theme) => {
  it('shows the verdict, why, and every cell', async () => {
    const { page, web } = await openPanel(failed, { theme, size: { width: 1100, height: 560 } });
    await cell(page, /1,000, exact/)
      .first()
      .waitFor();
    await cell(page, /too low/).hover();
    await web.screenshot(`windows-${theme}`);
    await page.getByRole('switch', { name: strings.asTable }).click();
    await page.getByRole('table', { name: strings.grid }).waitFor();
    await web.screenshot(`windows-table-${theme}`);
    expect(await page.locator('window-grid').count()).toBe(0);
  });
});

describe('the window check', () => {
  it('says the verdict and the reasons in words, also to a screen reader', async () => {
    const { page } = await openPanel();
    expect(await page.getByRole('status').innerText()).toBe(failed.sentence);
    expect(await page.getByRole('list', { name: strings.reasons }).getByRole('listitem').allInnerTexts()).toEqual(
      failed.reasons,
    );
  });

  it('tells cells apart by a sign, not by colour alone', async () => {
    const { page } = await openPanel();
    const bySign = await page.locator('window-grid td').evaluateAll((cells) => {
      const signs = new Map(cells.map((cell) => [cell.className.split(' ')[0], cell.textContent.trim()]));
      return Object.fromEntries(signs) as Record<string, string>;
    });
    expect(Object.keys(bySign)).toHaveLength(9);
    expect(new Set(Object.values(bySign)).size).toBe(9);
  });

  it('shows the newest windows first, and stays there when others come', async () => {
    const { page } = await openPanel(failed, { size: { width: 500, height: 500 } });
    const atEnd = (): Promise<boolean> =>
      page.locator('window-grid').evaluate((grid) => grid.scrollLeft + grid.clientWidth >= grid.scrollWidth - 4);
    await expect.poll(atEnd).toBe(true);
    await send(page, { t: 'q', m: 'stateChanged', a: [{ ...failed, windows: someWindows(80) }] });
    await expect.poll(() => page.locator('window-grid thead th').count()).toBe(81);
    await expect.poll(atEnd).toBe(true);
    await page.locator('window-grid').evaluate((grid) => {
      grid.scrollLeft = 0;
    });
    await send(page, { t: 'q', m: 'stateChanged', a: [{ ...failed, windows: someWindows(90) }] });
    await expect.poll(() => page.locator('window-grid thead th').count()).toBe(91);
    expect(await atEnd()).toBe(false);
  });

  it('shows the records of a cell with a click', async () => {
    const { page } = await openPanel();
    await cell(page, /too low/).click();
    const window = failed.windows.at(-2);
    expect(await calls(page, 'showRecords')).toEqual([[window?.start, '/index']]);
  });

  it('is walked through with the keyboard from the newest window', async () => {
    const { page } = await openPanel();
    await page.locator('window-grid td[tabindex="0"]').focus();
    for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    await expect.poll(() => page.locator('.looked.cell').innerText()).toMatch(/\/index: 640, too low$/);
    expect(await page.locator('window-grid td[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await calls(page, 'showRecords')).toEqual([[failed.windows.at(-2)?.start, '/index']]);
  });

  it('marks where a failure or restart was', async () => {
    const { page } = await openPanel();
    expect(await page.locator('th.recovery').count()).toBe(1);
    expect(await cell(page, new RegExp(strings.recoveryBefore)).count()).toBe(6);
  });

  it('has a table with the same in words, which is remembered', async () => {
    const { page } = await openPanel();
    await page.getByRole('switch', { name: strings.asTable }).click();
    const rows = page.getByRole('row');
    await expect.poll(() => rows.count()).toBe(61);
    const newest = await rows.nth(2).getByRole('cell').allInnerTexts();
    expect(newest.slice(0, 3)).toEqual(['1,000', '1,000', '640 (too low)']);
    await page.reload();
    await expect.poll(() => rows.count()).toBe(61);
  });

  it('is exported', async () => {
    const { page } = await openPanel();
    await page.getByRole('button', { name: strings.exportMarkdown }).click();
    expect(await calls(page, 'exportMarkdown')).toEqual([[]]);
  });

  it('says that there is no window yet', async () => {
    const { page, web } = await openPanel({
      ...failed,
      verdict: 'CANNOT TELL',
      sentence: 'CANNOT TELL yet.',
      windows: [],
    });
    await page.getByText(strings.none).waitFor();
    expect(await page.getByRole('grid').count()).toBe(0);
    await web.screenshot('windows-none');
  });

  it('shows markup in the names of pages as text', async () => {
    const hostile = '<img src=x onerror="globalThis.hit=1">';
    const windows = someWindows(3).map((window) => ({
      ...window,
      cells: [{ page: hostile, status: 'exact' as const, count: 1, records: 1 }],
    }));
    const { page } = await openPanel({ ...failed, windows });
    expect(await page.getByRole('rowheader').innerText()).toBe(hostile);
    expect(await page.locator('window-panel img').count()).toBe(0);
    expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
  });

  it('keeps to its width in a narrow panel', async () => {
    const { page, web } = await openPanel(failed, { size: { width: 320, height: 500 } });
    await web.screenshot('windows-narrow');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });

  it.each([
    [{ ...failed, verdict: 'constructor' }],
    [{ ...failed, reasons: [5] }],
    [{ ...failed, totals: { windows: 'x' } }],
    [{ ...failed, windows: [{ start: 0 }] }],
    [
      {
        ...failed,
        windows: [{ start: 0, end: 1, closed: true, cells: [{ page: 'a', status: '__proto__', records: 1 }] }],
      },
    ],
    [null],
  ])('is not shown what is no state: %#', (state) => {
    expect(isWindowPanelState(state)).toBe(false);
  });
});
