/** `newest`: the newest VS Code on npm. `oldest`: the oldest there at or above the engine's floor. */
export type ServerVersion = 'newest' | 'oldest';

export interface ServerOptions {
  readonly version?: ServerVersion;
  /** A folder of this run's own, for the server's data and extensions. */
  readonly directory: string;
  /** Settings of the machine; those of the application cannot be set this way. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of the server, and so of the extension host. */
  readonly env?: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** A package to install before the start. */
  readonly vsix?: string;
  /** Asks whether a folder is to be trusted, as VS Code does by default; all are otherwise. */
  readonly asksForTrust?: boolean;
}

export interface VscodeServer {
  /** The address that opens a folder, with its token; `payload` is the workbench's own way to pass options. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** A file of this machine as the workbench names it. */
  remote(file: string): string;
  /** Pids of the extension hosts that this server started. */
  extensionHosts(): readonly number[];
  /** Ends the server and everything that it started. */
  stop(): Promise<void>;
}

/** Starts a server that only this machine reaches, and only with its token. */
export function startServer(options: ServerOptions): Promise<VscodeServer>;
