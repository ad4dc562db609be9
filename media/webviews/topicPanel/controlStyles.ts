import { css } from 'lit';

/** Fields and lists as VS Code has them. They are the browser's own, so keyboard and screen readers know them. */
export const controlStyles = css`
  input,
  select,
  button.plain {
    box-sizing: border-box;
    height: 24px;
    padding: 2px 6px;
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    border-radius: 2px;
    background-color: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
    font: inherit;
  }

  select {
    border-color: var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent));
    background-color: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
  }

  input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }

  input[type='checkbox'] {
    height: auto;
    accent-color: var(--vscode-focusBorder);
  }

  input:focus-visible,
  select:focus-visible,
  button.plain:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }

  input[aria-invalid='true'] {
    border-color: var(--vscode-inputValidation-errorBorder);
  }

  button.plain {
    background-color: transparent;
    color: inherit;
    cursor: pointer;
  }

  label {
    display: flex;
    align-items: center;
    gap: 6px;
  }
`;
