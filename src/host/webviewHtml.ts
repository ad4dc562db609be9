/** What a page is made of; addresses are those of `asWebviewUri`. */
export interface PageParts {
  readonly title: string;
  readonly language: string;
  readonly cspSource: string;
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  /** The stylesheet of VS Code's icons, found by its id by the components that show icons. */
  readonly iconStyle: string;
}

/** The document of a webview: no inline script or style, nothing from elsewhere, one script that carries the nonce. */
export function webviewHtml(parts: PageParts): string {
  const csp = [
    `default-src 'none'`,
    `script-src 'nonce-${parts.nonce}'`,
    `style-src ${parts.cspSource}`,
    `font-src ${parts.cspSource}`,
    `img-src ${parts.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(parts.language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeAttribute(parts.title)}</title>
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${escapeAttribute(parts.iconStyle)}">
<link rel="stylesheet" href="${escapeAttribute(parts.style)}">
</head>
<body>
<script nonce="${escapeAttribute(parts.nonce)}" src="${escapeAttribute(parts.script)}"></script>
</body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
