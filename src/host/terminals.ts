import { delimiter } from 'node:path';
import * as vscode from 'vscode';

/** A terminal to open, as core describes it. */
interface TerminalSpec {
  readonly name: string;
  readonly program?: { readonly command: string; readonly args: readonly string[] };
  readonly environment: Readonly<Record<string, string>>;
  readonly searchPath: readonly string[];
  readonly greeting: string;
}

/** Opens a terminal of the editor. It belongs to the person, who closes it; after a reload it is not brought back. */
export function openTerminal(spec: TerminalSpec): vscode.Terminal {
  const terminal = vscode.window.createTerminal({
    name: spec.name,
    iconPath: new vscode.ThemeIcon('terminal'),
    env: { ...spec.environment, ...searchPathVariable(spec.searchPath, process.env) },
    message: spec.greeting,
    isTransient: true,
    ...(spec.program === undefined ? {} : { shellPath: spec.program.command, shellArgs: [...spec.program.args] }),
  });
  terminal.show();
  return terminal;
}

/** The search path with folders before all others, under the name that it has on this system (`Path` on Windows). */
function searchPathVariable(
  folders: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  if (folders.length === 0) return {};
  const name = Object.keys(variables).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return { [name]: [...folders, variables[name] ?? ''].filter((folder) => folder !== '').join(delimiter) };
}
