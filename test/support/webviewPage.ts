import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** The project's folder, in which tests and benches run. */
const root = process.cwd();
const origin = 'https://page.test';
const nonce = 'test-nonce';

/** VS Code's four kinds of theme, by the class that it sets on the body. */
export const themes = ['vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light'] as const;
export type Theme = (typeof themes)[number];

/** The built files of a page, by name: `topicPanel.js`, `topicPanel.css`. */
export type BuiltPage = ReadonlyMap<string, Buffer>;

/** Builds `media/webviews/<name>` as the extension's build does, into memory. */
export async function buildWebview(name: string): Promise<BuiltPage> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { [name]: `media/webviews/${name}/main.ts` },
    outdir: '/page',
    tsconfig: 'tsconfig.webviews.json',
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2023',
    format: 'iife',
    minify: true,
    logLevel: 'warning',
  });
  const files = new Map(outputFiles.map((file) => [path.basename(file.path), Buffer.from(file.contents)]));
  files.set('themes.css', await readFile(path.join(root, 'test/support/webviewThemes.css')));
  for (const file of ['codicon.css', 'codicon.ttf']) {
    files.set(file, await readFile(path.join(root, 'node_modules/@vscode/codicons/dist', file)));
  }
  return files;
}

export interface WebviewPageOptions {
  readonly browser: Browser;
  readonly name: string;
  readonly files: BuiltPage;
  readonly theme?: Theme;
  readonly size?: { readonly width: number; readonly height: number };
  readonly reducedMotion?: boolean;
  /** Runs in the page before its script; it must define `acquireVsCodeApi`, and is sent there as text. */
  readonly bridge: (argument: never) => void;
  /** What the bridge is called with; plain data. */
  readonly bridgeArgument: unknown;
}

/** A page of the extension in a browser, with the content security policy that it has in VS Code. */
export interface WebviewPage {
  readonly page: Page;
  /** Violations of the policy and errors on the console so far. */
  problems(): Promise<readonly string[]>;
  screenshot(name: string): Promise<void>;
  /** Loads the page anew, as if it had never been there. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export async function openWebview(options: WebviewPageOptions): Promise<WebviewPage> {
  const { browser, files, bridge, theme = 'vscode-dark', size = { width: 1000, height: 500 } } = options;
  const context: BrowserContext = await browser.newContext({
    viewport: size,
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const consoleErrors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') consoleErrors.push(message.text());
  });
  page.on('pageerror', (error) => consoleErrors.push(String(error)));
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { violations });
    document.addEventListener('securitypolicyviolation', (event) => {
      violations.push(`${event.violatedDirective}: ${event.blockedURI}`);
    });
  });
  await page.addInitScript(bridge as (argument: unknown) => void, options.bridgeArgument);
  await page.route(`${origin}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const body = name === '' ? htmlOf(options.name, theme) : files.get(name);
    if (body === undefined) await route.fulfill({ status: 404, body: '' });
    else await route.fulfill({ body, contentType: contentTypes[path.extname(name)] ?? 'text/html; charset=utf-8' });
  });
  await page.goto(`${origin}/`);
  return {
    page,
    problems: async () => [
      ...consoleErrors,
      ...(await page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations)),
    ],
    screenshot: async (name) => {
      const folder = path.join(root, 'test-results/webview');
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: path.join(folder, `${name}.png`) });
    },
    reopen: async () => {
      await page.evaluate(() => {
        sessionStorage.clear();
        // What the page before is about to keep is not for the next one.
        Storage.prototype.setItem = () => undefined;
      });
      await page.goto(`${origin}/`);
      consoleErrors.length = 0;
    },
    close: () => context.close(),
  };
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

function htmlOf(name: string, theme: Theme): string {
  const policy = [
    "default-src 'none'",
    `style-src ${origin}`,
    `font-src ${origin}`,
    `img-src ${origin}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en" class="${theme}">
  <head>
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta charset="utf-8">
    <title>${name}</title>
    <link rel="stylesheet" href="themes.css">
    <link rel="stylesheet" id="vscode-codicon-stylesheet" href="codicon.css">
    <link rel="stylesheet" href="${name}.css">
  </head>
  <body class="${theme}">
    <script nonce="${nonce}" src="${name}.js"></script>
  </body>
</html>`;
}
