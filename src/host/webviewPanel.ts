import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { webviewHtml } from './webviewHtml';

/** Where the built pages are, and nothing else: all that a page may load. */
function pagesFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webviews');
}

/** What every page is allowed; set again on a panel that VS Code restores. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return {
    enableScripts: true,
    enableForms: false,
    enableCommandUris: false,
    localResourceRoots: [pagesFolder(extensionUri)],
  };
}

/** Loads a page by the name of its bundle, anew with each call. */
export function showPage(webview: vscode.Webview, extensionUri: vscode.Uri, page: string, title: string): void {
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(pagesFolder(extensionUri), name)).toString();
  webview.options = webviewOptions(extensionUri);
  webview.html = webviewHtml({
    title,
    language: vscode.env.language,
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    script: file(`${page}.js`),
    style: file(`${page}.css`),
    iconStyle: file('codicon.css'),
  });
}
