import { writeFile } from 'node:fs/promises';
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
  marks: [],
  rates: [],
};
const newest = failed.windows.at(-1)?.start ?? 0;
/** A TaskManager was killed and started, the job caught up, and a savepoint was taken a moment ago. */
const eventful: WindowPanelState = {
  ...failed,
  marks: [
    { at: newest - 60_000, kind: 'killed', text: 'taskmanager-1 was killed', window: newest - 60_000 },
    { at: newest - 50_000, kind: 'started', text: 'taskmanager-1 was started', window: newest - 60_000 },
    { at: newest - 20_000, kind: 'caughtUp', text: 'caught up after 40 s', window: newest - 15_000 },
    { at: newest + 9000, kind: 'savepoint', text: 'a savepoint was taken' },
  ],
  rates: ['input', 'output'].map((topic, index) => ({
    topic,
    // Nobody watched for 40 s.
    stretches: [
      [0, 30],
      [50, 140],
    ].map(([from = 0, to = 0]) => {
      const samples = Array.from({ length: to - from }, (_, sample) => from + sample);
      return {
        times: samples.map((sample) => newest - 270_000 + sample * 2000),
        rates: samples.map((sample) =>
          index === 0 ? 400 : sample > 105 && sample < 118 ? 0 : sample >= 118 && sample < 126 ? 1.2 : 0.4,
        ),
      };
    }),
  })),
  caughtUp: 'Caught up 40 s after the failure or restart.',
  late: { dropped: 12, sentence: 'ClickEvent_Counter dropped 12 late records since it last started.' },
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

  it('shows what goes in and comes out, and what happened', async () => {
    const { page, web } = await openPanel(eventful, { theme, size: { width: 1100, height: 700 } });
    await page.getByRole('img', { name: 'output, Records a second: 0.4/s' }).waitFor();
    await web.screenshot(`windows-eventful-${theme}`);
    expect(await page.locator('rate-charts figure').count()).toBe(2);
    expect(await page.locator('rate-charts figure[data-topic=input] .line').count()).toBe(2);
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

  it('tells what happened by signs that differ, and in words', async () => {
    const { page } = await openPanel(eventful);
    const marked = page.locator('th:has(.signs:not(:empty))');
    const signs = (await marked.locator('.signs').allInnerTexts()).join('');
    expect(signs).toHaveLength(4);
    expect(new Set(signs).size).toBe(4);
    const words = await marked.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
    expect(words[0]).toMatch(/taskmanager-1 was killed; .*taskmanager-1 was started$/);
    expect(words.at(-1)).toMatch(/^since then: .*a savepoint was taken$/);
    const legend = page.getByRole('list', { name: strings.legend });
    for (const kind of ['killed', 'started', 'caughtUp', 'savepoint'] as const) {
      await legend.getByText(strings[kind], { exact: false }).first().waitFor();
    }
    expect(await legend.getByText(strings.died).count()).toBe(0);
    await page.getByRole('switch', { name: strings.asTable }).click();
    await page.getByRole('rowheader', { name: /taskmanager-1 was killed/ }).waitFor();
    await page.getByRole('rowheader', { name: /since then.*a savepoint was taken/ }).waitFor();
  });

  it('says that the job caught up, and beside a count that is too low what it dropped', async () => {
    const { page } = await openPanel(eventful);
    await page.getByText('Caught up 40 s after the failure or restart.').waitFor();
    await page.getByText('ClickEvent_Counter dropped 12 late records').first().waitFor();
    expect(await cell(page, /too low.*dropped 12 late records/).count()).toBe(1);
    expect(await cell(page, /exact.*dropped 12 late records/).count()).toBe(0);
  });

  it('makes an SVG with every cell, in which names are text', async () => {
    const hostile = '</text><script>globalThis.hit=1</script>';
    const windows = failed.windows.map((window) => ({
      ...window,
      cells: window.cells.map((each, index) => (index === 0 ? { ...each, page: hostile } : each)),
    }));
    const { page } = await openPanel({ ...eventful, windows });
    await page.getByRole('button', { name: strings.exportSvg }).click();
    await expect.poll(() => calls(page, 'exportPicture')).toHaveLength(1);
    const [[format, svg] = []] = (await calls(page, 'exportPicture')) as readonly (readonly string[])[];
    expect([format, svg?.startsWith('<svg ')]).toEqual(['svg', true]);
    const drawn = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
      const texts = Array.from(parsed.querySelectorAll('text'), (each) => each.textContent);
      return {
        texts,
        rects: parsed.querySelectorAll('rect').length,
        scripts: parsed.querySelectorAll('script').length,
      };
    }, svg ?? '');
    expect(drawn.rects).toBe(1 + 60 * 6);
    expect(drawn.scripts).toBe(0);
    expect(drawn.texts).toContain(hostile);
    expect(drawn.texts.some((text) => text.includes(failed.sentence))).toBe(true);
    expect(drawn.texts.some((text) => text.includes('taskmanager-1 was killed'))).toBe(true);
    expect(drawn.texts.filter((text) => text === '▼')).toHaveLength(1);
  });

  it('makes a PNG of the same', async () => {
    const { page } = await openPanel(eventful);
    await page.getByRole('button', { name: strings.exportPng }).click();
    await expect.poll(() => calls(page, 'exportPicture')).toHaveLength(1);
    const [[format, png = ''] = []] = (await calls(page, 'exportPicture')) as readonly (readonly string[])[];
    expect(format).toBe('png');
    const bytes = Buffer.from(png, 'base64');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(2000);
    await writeFile('test-results/webview/windows-picture.png', bytes);
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
    [{ ...failed, marks: [{ at: 0, kind: 'constructor', text: '' }] }],
    [{ ...failed, rates: [{ topic: 'input', stretches: [{ times: [1], rates: [] }] }] }],
    [{ ...failed, late: { dropped: 1 } }],
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
