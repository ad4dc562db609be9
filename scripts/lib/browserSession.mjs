// Runs a test module in the extension host of a VS Code server, driven by a headless browser that shows its workbench.
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { launchBrowser } from './browser.mjs';
import { answer } from './pageQuestions.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * @typedef {object} TestRun
 * @property {import('./vscodeServer.d.mts').VscodeServer} server
 * @property {string} folder the folder that is opened
 * @property {string} extension the folder of the extension under development
 * @property {string} tests the module whose `run()` is called in the extension host
 * @property {number} timeoutMs
 * @property {string} logFile for everything that the workbench prints
 * @property {string} screenshot where to leave a picture of the workbench when the run fails
 * @property {string} [questions] a folder in which the tests ask what the page shows
 */

/**
 * @param {TestRun} options
 * @returns {Promise<number>} the exit code that the test module gave; 1 when it failed or did not end in time
 */
export async function runInExtensionHost({
  server,
  folder,
  extension,
  tests,
  timeoutMs,
  logFile,
  screenshot,
  questions,
}) {
  const browser = await launchBrowser();
  const over = new AbortController();
  const log = createWriteStream(logFile);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const exited = exitOf(page, AbortSignal.any([over.signal, AbortSignal.timeout(timeoutMs)]));
    await page.exposeFunction('codeAutomationLog', printer(log));
    const url = server.url(folder, [
      ['extensionDevelopmentPath', server.remote(extension)],
      ['extensionTestsPath', server.remote(tests)],
      ['skipWelcome', 'true'],
    ]);
    const answering = questions === undefined ? undefined : answerQuestions(page, questions, over.signal);
    await page.goto(url, { timeout: 60_000 });
    const code = await exited;
    if (code === undefined) console.error(`The run did not end within ${timeoutMs / 1000} s.`);
    if (code !== 0) await page.screenshot({ path: screenshot });
    over.abort();
    await answering;
    return code ?? 1;
  } finally {
    over.abort();
    await browser.close();
    log.end();
  }
}

/** Lines of the tests themselves begin with this; the rest is the workbench talking to itself. */
const testPrefix = 'test: ';

/**
 * @param {import('node:stream').Writable} log
 * @returns {(type: string, args: unknown[]) => void}
 */
function printer(log) {
  return (type, args) => {
    const line = args.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(' ');
    log.write(`${type} ${line}\n`);
    if (line.startsWith(testPrefix)) console.log(line.slice(testPrefix.length));
  };
}

/**
 * @param {Page} page
 * @param {AbortSignal} signal
 * @returns {Promise<number | undefined>} undefined when the signal came first
 */
function exitOf(page, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    page.once('crash', () => resolve(1));
    page.exposeFunction('codeAutomationExit', resolve).catch(reject);
  });
}

/**
 * Answers what the tests in the extension host ask about the page, file by file, until the run is over.
 * @param {Page} page
 * @param {string} folder
 * @param {AbortSignal} signal
 */
async function answerQuestions(page, folder, signal) {
  await mkdir(folder, { recursive: true });
  while (!signal.aborted) {
    for (const name of await readdir(folder)) {
      const id = /^(\d+)\.question\.json$/.exec(name)?.[1];
      const file = path.join(folder, `${id}.answer.json`);
      if (id === undefined || existsSync(file)) continue;
      const given = await answer(page, JSON.parse(await readFile(path.join(folder, name), 'utf8')));
      await writeFile(`${file}.partial`, JSON.stringify(given));
      await rename(`${file}.partial`, file);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
