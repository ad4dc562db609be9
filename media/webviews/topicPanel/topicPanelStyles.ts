import { css } from 'lit';
import { controlStyles } from './controlStyles';

export const topicPanelStyles = css`
  ${controlStyles}

  :host {
    display: flex;
    flex-direction: column;
  }

  .bar,
  .strip {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px;
    padding: 4px 8px;
    border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }

  .strip {
    gap: 6px 16px;
    max-height: 30%;
    overflow: auto;
  }

  .figures {
    display: flex;
    flex: 1 1 320px;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 2px 16px;
    color: var(--vscode-descriptionForeground);
    font-variant-numeric: tabular-nums;
  }

  .status {
    display: flex;
    min-width: 0;
    align-items: center;
    gap: 4px;
    color: var(--vscode-foreground);
  }

  .failed {
    color: var(--vscode-errorForeground);
  }

  .banner {
    padding: 6px 12px;
    border: 1px solid var(--vscode-inputValidation-warningBorder);
    background-color: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }

  .banner.failed {
    border-color: var(--vscode-inputValidation-errorBorder);
    background-color: var(--vscode-inputValidation-errorBackground);
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
  }

  filter-bar {
    padding: 4px 8px;
    border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }

  record-list {
    flex: 1;
  }

  .nothing {
    display: flex;
    flex: 1;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 12px;
    padding: 16px;
    color: var(--vscode-descriptionForeground);
    text-align: center;
    text-wrap: balance;
  }

  .nothing.failed {
    color: var(--vscode-errorForeground);
  }

  .column {
    gap: 4px;
  }

  .column input[type='range'] {
    width: 72px;
    height: auto;
    padding: 0;
    accent-color: var(--vscode-focusBorder);
  }

  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
