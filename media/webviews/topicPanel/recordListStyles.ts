import { css } from 'lit';

export const recordListStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    font-family: var(--vscode-editor-font-family);
    font-size: var(--vscode-editor-font-size);
    font-weight: var(--vscode-editor-font-weight);
  }

  .list {
    position: relative;
    flex: 1;
    min-height: 0;
  }

  .scroller {
    position: absolute;
    inset: 0;
    overflow: auto;
    overflow-anchor: none;
    contain: strict;
    outline: none;
  }

  .scroller:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }

  .sheet {
    width: max-content;
    min-width: 100%;
  }

  .row {
    display: grid;
    grid-template-columns: var(--columns);
    align-items: center;
    box-sizing: border-box;
    height: var(--row-height);
    overflow: hidden;
    line-height: var(--row-height);
  }

  .head {
    position: sticky;
    top: 0;
    z-index: 1;
    background-color: var(--vscode-editor-background);
    border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }

  .head .cell {
    position: relative;
    font-family: var(--vscode-font-family);
    font-weight: 600;
  }

  .cell {
    display: flex;
    min-width: 0;
    padding: 0 8px;
    white-space: nowrap;
  }

  .cell.number {
    justify-content: flex-end;
    font-variant-numeric: tabular-nums;
  }

  .text {
    max-width: 2000ch;
    overflow: hidden;
    text-overflow: ellipsis;
    unicode-bidi: isolate;
  }

  .field + .field {
    margin-left: 0.5ch;
  }

  .name {
    color: color-mix(in srgb, currentColor 72%, transparent);
  }

  .absent {
    color: var(--vscode-descriptionForeground);
    font-style: italic;
  }

  .cut {
    flex: none;
    margin-left: 1ch;
    color: var(--vscode-descriptionForeground);
    font-style: italic;
  }

  .row[data-seq]:hover {
    background-color: var(--vscode-list-hoverBackground);
    color: var(--vscode-list-hoverForeground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }

  .row.selected,
  .row.selected:hover {
    background-color: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground);
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }

  .scroller:focus .row.selected {
    background-color: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground);
    outline: 1px solid var(--vscode-contrastActiveBorder, var(--vscode-list-focusOutline));
  }

  .selected .absent,
  .selected .cut {
    color: inherit;
  }

  mark {
    background-color: var(--vscode-editor-findMatchHighlightBackground);
    color: inherit;
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }

  .row.gap {
    grid-template-columns: 1fr;
    color: var(--vscode-descriptionForeground);
    font-style: italic;
  }

  .grip {
    position: absolute;
    inset-block: 0;
    right: -4px;
    z-index: 1;
    width: 8px;
    cursor: col-resize;
    touch-action: none;
  }

  .grip:hover {
    background: linear-gradient(var(--vscode-focusBorder) 0 0) center / 2px 100% no-repeat;
  }

  .follow {
    position: absolute;
    right: 24px;
    bottom: 16px;
    box-shadow: 0 2px 8px var(--vscode-widget-shadow);
  }
`;
