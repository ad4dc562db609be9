/** A program with its first arguments, as data; what is to be done follows. */
export type Words = readonly string[];

/** A terminal as data: what is opened when somebody asks for Flink's command line. Nothing here runs anything. */
export interface TerminalCommand {
  /** The terminal's title. */
  readonly name: string;
  /** The program that runs in it; the person's own shell when absent. */
  readonly program?: { readonly command: string; readonly args: readonly string[] };
  /** Variables beside those that every terminal has. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that come before all others of the search path. */
  readonly searchPath: readonly string[];
  /** The first line in the terminal: to what `flink` is bound, and what to try. */
  readonly greeting: string;
}

/** How the *Click Event Count* job is given to `flink run`, with paths and addresses as the client sees them. */
export interface JobPlace {
  readonly jar: string;
  /** The jar on this machine, for an upload; absent when it is only in a container. */
  readonly file?: string;
  readonly arguments: readonly string[];
  /** URLs of the connector's jars, for `-C`; empty where `flink run` puts them in by itself. */
  readonly classPath: readonly string[];
  /** Settings of the job for a run by REST, where the JobManager has to find the connector. */
  readonly configuration?: Readonly<Record<string, string>>;
}

/**
 * Of what the command lines of an environment are made. `flink` ends with the client's name; `consoleConsumer` ends with the
 * address of the broker, so that `--topic` can follow.
 */
export type CommandPlaces =
  | {
      readonly kind: 'local';
      readonly flink: Words;
      /** Absent while the jars of Kafka's tools are not here. */
      readonly consoleConsumer?: Words;
      readonly job: JobPlace;
      readonly savepoints: string;
      /** Log files by instance. */
      readonly logs: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'compose';
      /** `docker`, or what stands for it. */
      readonly engine: Words;
      /** `docker compose` with project and files. */
      readonly compose: Words;
      readonly flink: Words;
      readonly consoleConsumer: Words;
      readonly job: JobPlace;
      /** The whole command line that lists the folder of savepoints. */
      readonly listSavepoints: Words;
      /** Names of containers by instance. */
      readonly containers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'remote' };
