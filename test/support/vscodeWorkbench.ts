import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { waitFor } from '../../src/core/util/async';

/** How long something may take that only the editor does. */
const editorMs = 15_000;
/** How long a window may take until it is drawn and knows its extensions. */
const windowMs = 60_000;
/** After this long something is tried again that the editor may have taken no notice of. */
const attemptMs = 2000;

export type Theme = 'Light Modern' | 'Dark Modern' | 'Default High Contrast' | 'Default High Contrast Light';

/** The class that the workbench carries with each theme. */
const themeClasses: Readonly<Record<Theme, string>> = {
  'Light Modern': 'vs',
  'Dark Modern': 'vs-dark',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
};

/** Does again what makes something appear, until it is there. */
async function appears(target: Locator, what: string, attempt: () => Promise<void>): Promise<void> {
  await waitFor(
    async () => {
      await attempt();
      return target.waitFor({ state: 'visible', timeout: attemptMs }).then(
        () => true as const,
        () => undefined,
      );
    },
    { what, timeoutMs: editorMs, intervalMs: 100, signal: AbortSignal.timeout(2 * editorMs) },
  );
}

/** The workbench of VS Code in a page, by what a person sees of it. */
export class Workbench {
  constructor(
    readonly page: Page,
    private readonly workspace: string,
    private readonly screenshots: string,
  ) {
    mkdirSync(screenshots, { recursive: true });
  }

  /** Opens a folder and waits until the workbench is drawn. */
  async open(url: string): Promise<void> {
    await this.page.goto(url, { timeout: windowMs });
    await this.#drawn();
  }

  /** Loads the window anew, as Reload Window does. */
  async reload(): Promise<void> {
    await this.page.reload({ timeout: windowMs });
    await this.#drawn();
  }

  async #drawn(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: windowMs });
    await this.page.locator('.activitybar .action-item').first().waitFor({ timeout: windowMs });
  }

  /** Clicks a container in the activity bar, which shows it, or hides it when it is shown. */
  async openContainer(title: string): Promise<void> {
    await this.page.locator('.activitybar').getByRole('tab', { name: title }).click({ timeout: windowMs });
  }

  /** Drags a file of the workspace's first level from the explorer to a view of the container, which comes into sight on the way. */
  async dragFile(name: string, container: string, view: string): Promise<void> {
    await this.openContainer('Explorer');
    const { mouse } = this.page;
    const over = async (target: Locator): Promise<void> => {
      const box = await target.boundingBox({ timeout: editorMs });
      if (box === null) throw new Error('What is dragged to cannot be seen.');
      await mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
    };
    await over(this.page.locator('.explorer-folders-view').getByRole('treeitem', { name }));
    await mouse.down();
    const icon = this.page.locator('.activitybar').getByRole('tab', { name: container });
    const row = this.view(view).row(/./);
    // A container opens when something is held over its icon for a while, which moves of the pointer tell.
    await waitFor(
      async () => {
        await over(icon);
        return (await row.isVisible()) ? true : undefined;
      },
      {
        what: 'the container to open',
        timeoutMs: editorMs,
        intervalMs: 100,
        signal: AbortSignal.timeout(editorMs),
      },
    );
    await over(row);
    await mouse.up();
  }

  /** Takes the pointer away from what has hover texts, and gives those that are open time to go. */
  async restPointer(): Promise<void> {
    await this.page.mouse.move(900, 700);
    await this.page.waitForTimeout(600);
  }

  view(title: string): View {
    return new View(this.page, title);
  }

  /** Runs a command by its title through the palette. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor({ state: 'visible', timeout: editorMs });
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list').getByText(title).first().click({ timeout: editorMs });
  }

  /** The title of the quick pick or input box that is open. */
  quickInput(title: string): Locator {
    return this.page.locator('.quick-input-widget').getByText(title).first();
  }

  async closeQuickInput(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  /** Takes what a quick pick or input box with this title proposes, or types something else first. */
  async acceptQuickInput(title: string, text?: string): Promise<void> {
    await this.quickInput(title).waitFor({ state: 'visible', timeout: editorMs });
    if (text !== undefined) await this.page.locator('.quick-input-widget input').first().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Clicks a button of the modal dialog that is open. */
  async answerDialog(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box').getByRole('button', { name: button }).click({ timeout: editorMs });
  }

  /** Chooses an entry of the quick pick that is open. */
  async pick(label: string): Promise<void> {
    const entries = this.page.locator('.quick-input-list').getByRole('option');
    const entry = entries.filter({ has: this.page.locator('.label-name').getByText(label, { exact: true }) });
    await entry.first().click({ timeout: editorMs });
  }

  /** Checks entries of the quick pick that is open, however long it is, and accepts them. */
  async pickMany(...labels: readonly string[]): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    for (const label of labels) {
      const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first();
      // What is typed while the pick before this one still closes is lost with that.
      await appears(row, `${label} in the quick pick`, () => input.fill(label, { timeout: editorMs }));
      await row.click({ timeout: editorMs });
    }
    await input.fill('');
    await this.page.keyboard.press('Enter');
  }

  /** The lines that the editor in front draws, as they read. */
  async editorLines(): Promise<readonly string[]> {
    return this.#lines('.part.editor .editor-group-container.active .view-line');
  }

  /** The lines that the Output panel draws, as they read. */
  async outputLines(): Promise<readonly string[]> {
    return this.#lines('.part.panel .output-view .view-line');
  }

  async #lines(selector: string): Promise<readonly string[]> {
    // Lines that were drawn anew are last in the document, wherever they are on the screen.
    const lines = await this.page.locator(selector).evaluateAll((all) =>
      all
        .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent ?? '' }))
        .toSorted((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    // The editor draws spaces as such that do not break.
    return lines.map((line) => line.replaceAll('\u00a0', ' '));
  }

  /** Closes the panel below the editors, where the Output panel is. */
  async closePanel(): Promise<void> {
    const panel = this.page.locator('.part.panel');
    if (!(await panel.isVisible())) return;
    await panel.locator('.codicon-panel-close, .codicon-close').first().click({ timeout: editorMs });
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  /** The document within the webview of the editor that is in front. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  async dismissNotifications(): Promise<void> {
    await this.page.keyboard.press('Escape');
    const close = this.page.locator('.notifications-toasts .codicon-notifications-clear');
    while (await close.first().isVisible()) await close.first().click();
  }

  /** Takes a picture of the whole window, as `<name>.png`. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(this.screenshots, `${name}.png`) });
  }

  /** The same picture in each theme; the light one stays. */
  async screenshotInEachTheme(name: string): Promise<void> {
    const themes: Readonly<Record<string, Theme>> = {
      dark: 'Dark Modern',
      'high-contrast': 'Default High Contrast',
      'high-contrast-light': 'Default High Contrast Light',
      light: 'Light Modern',
    };
    for (const [suffix, theme] of Object.entries(themes)) {
      await this.useTheme(theme);
      await this.restPointer();
      await this.screenshot(`${name}-${suffix}`);
    }
  }

  /** Has the workspace's settings choose the colours. */
  setTheme(theme: Theme): void {
    const folder = join(this.workspace, '.vscode');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ 'workbench.colorTheme': theme }));
  }

  /** Changes the colours and waits until they are there. */
  async useTheme(theme: Theme): Promise<void> {
    this.setTheme(theme);
    await this.page.locator(`.monaco-workbench.${themeClasses[theme]}`).waitFor({ timeout: editorMs });
  }
}

/** A view of the side bar: its tree, or what it says when there is none. */
export class View {
  readonly #pane: Locator;

  constructor(
    private readonly page: Page,
    title: string,
  ) {
    this.#pane = page.locator('.pane').filter({
      // The spoken name goes on with the description of the view, where it has one.
      has: page.locator(`.pane-header[aria-label^="${title}"]`),
    });
  }

  /** A row by what a screen reader says of it. */
  row(spoken: RegExp | string): Locator {
    return this.#pane.getByRole('treeitem', { name: spoken }).first();
  }

  /** The text of the welcome content. */
  welcome(): Locator {
    return this.#pane.locator('.welcome-view-content');
  }

  /** Clicks a button of the welcome content. */
  async clickWelcome(button: string): Promise<void> {
    await this.welcome().getByRole('button', { name: button }).first().click({ timeout: editorMs });
  }

  /** Leaves the room of this view to the others. */
  async fold(): Promise<void> {
    const header = this.#pane.locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) === 'true') await header.click();
  }

  async expand(spoken: RegExp | string): Promise<void> {
    const row = this.row(spoken);
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
  }

  async collapse(spoken: RegExp | string): Promise<void> {
    const row = this.row(spoken);
    if ((await row.getAttribute('aria-expanded')) === 'true') await row.locator('.monaco-tl-twistie').click();
  }

  /** Clicks an action that a row shows while the pointer is over it. */
  async clickInline(spoken: RegExp | string, action: string): Promise<void> {
    const row = this.row(spoken);
    await row.hover();
    await row.getByRole('button', { name: action }).click({ timeout: editorMs });
  }

  /** Clicks an action of a row's context menu. */
  async clickMenu(spoken: RegExp | string, action: string): Promise<void> {
    const item = this.page.getByRole('menuitem', { name: action });
    // An editor that takes the focus when it has loaded closes the menu.
    await appears(item, `${action} in the menu`, () => this.row(spoken).click({ button: 'right', timeout: editorMs }));
    // A menu does not hear a click that comes too soon after it was opened; a key it does.
    await item.hover({ timeout: editorMs });
    await this.page.keyboard.press('Enter');
  }

  /** What the rows on the screen say, from the top. */
  async rows(): Promise<readonly string[]> {
    // All at once: one that goes meanwhile would be waited for.
    const rows = this.#pane.getByRole('treeitem');
    return rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
  }
}
