// Runs a test module in the extension host of a VS Code server, driven by a headless browser that shows its workbench.
import { launchBrowser } from './browser.mjs';
import { Failure } from './project.mjs';

/**
 * @typedef {object} TestRun
 * @property {import('./vscodeServer.d.mts').VscodeServer} server
 * @property {string} folder the folder that is opened
 * @property {string} extension the folder of the extension under development
 * @property {string} tests the module whose `run()` is called in the extension host
 * @property {number} timeoutMs
 * @property {string} screenshot where to leave a picture of the workbench when the run fails
 */

/**
 * @param {TestRun} options
 * @returns {Promise<number>} the exit code that the test module gave; 1 when it rejected
 */
export async function runInExtensionHost({ server, folder, extension, tests, timeoutMs, screenshot }) {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    /** @type {(code: number) => void} */
    let finish = () => undefined;
    const finished = new Promise((resolve) => {
      finish = resolve;
    });
    await page.exposeFunction(
      'codeAutomationLog',
      /** @param {string} type @param {unknown[]} args */ (type, args) => {
        const print = type === 'error' || type === 'warn' ? console.error : console.log;
        print(...args);
      },
    );
    await page.exposeFunction('codeAutomationExit', /** @param {number} code */ (code) => finish(code));
    page.on('crash', () => {
      console.error('The page of the workbench crashed.');
      finish(1);
    });
    const url = server.url(folder, [
      ['extensionDevelopmentPath', server.remote(extension)],
      ['extensionTestsPath', server.remote(tests)],
      ['skipWelcome', 'true'],
    ]);
    await page.goto(url, { timeout: 60_000 });
    const code = await withDeadline(finished, timeoutMs);
    if (code !== 0) await page.screenshot({ path: screenshot });
    return code ?? 1;
  } finally {
    await browser.close();
  }
}

/**
 * @param {Promise<number>} exit
 * @param {number} timeoutMs
 * @returns {Promise<number | undefined>}
 */
async function withDeadline(exit, timeoutMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  const code = await Promise.race([exit, late]);
  clearTimeout(timer);
  if (code === undefined) console.error(new Failure(`The run did not end within ${timeoutMs / 1000} s.`).message);
  return code;
}
