import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { topicPanelStrings } from '../../src/panels/topicPanelStrings';
import type { TopicPanelStrings } from '../../src/shared/protocol/topicPanelTexts';
import { launchBrowser } from './browser';
import { buildWebview, openWebview, type BuiltPage, type WebviewPage, type WebviewPageOptions } from './webviewPage';
import { topicBridge, TopicHost } from './webviewTopicHost';

/** An open page of a topic panel, and the host behind it. */
export interface TopicPanelPage {
  readonly page: Page;
  readonly host: TopicHost;
  readonly web: WebviewPage;
}

interface TopicPanelBed {
  /** The product's own texts, so that what the screenshots show is what a person sees. */
  readonly strings: TopicPanelStrings;
  /** Without options the one page of the file, loaded anew: that is much faster than a new browser context. */
  readonly openPanel: (options?: Partial<WebviewPageOptions>) => Promise<TopicPanelPage>;
}

/** The built page of topic panels for the tests of a file; a page that complained fails its test. */
export function useTopicPanel(): TopicPanelBed {
  const strings = topicPanelStrings();
  let browser: Browser;
  let files: BuiltPage;
  let shared: WebviewPage;
  let opened: WebviewPage | undefined;
  const openPage = (options: Partial<WebviewPageOptions> = {}): Promise<WebviewPage> =>
    openWebview({ browser, name: 'topicPanel', files, bridge: topicBridge, bridgeArgument: strings, ...options });

  beforeAll(async () => {
    [browser, files] = await Promise.all([launchBrowser(), buildWebview('topicPanel')]);
    shared = await openPage();
  });

  afterAll(async () => {
    await browser.close();
  });

  afterEach(async () => {
    const problems = await opened?.problems();
    if (opened !== shared) await opened?.close();
    opened = undefined;
    if (problems !== undefined && problems.length > 0) throw new Error(`The page complained: ${problems.join('; ')}`);
  });

  return {
    strings,
    openPanel: async (options) => {
      const web = options === undefined ? shared : await openPage(options);
      if (options === undefined) await shared.reopen();
      opened = web;
      await web.page.locator('topic-panel .status').waitFor();
      return { page: web.page, host: new TopicHost(web.page), web };
    },
  };
}

export const grid = (page: Page): Locator => page.getByRole('grid');
export const rowOf = (page: Page, seq: number): Locator => page.locator(`#row-${seq}`);
export const spoken = (page: Page): Locator => page.getByRole('status');

export async function nextFrame(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** The record values that are on the screen are all there. */
export async function settled(page: Page, seq: number): Promise<void> {
  await rowOf(page, seq).locator('.value').waitFor({ state: 'attached' });
}
