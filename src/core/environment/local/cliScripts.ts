import { delimiter } from 'node:path';
import { inPosixQuotes } from '../../commandLines/quote';

/** A command that runs a class of Java, as it is written to disk for terminals. */
export interface CliScript {
  /** The command's name, as the tutorial has it: `flink`, `kafka-console-consumer.sh`. */
  readonly name: string;
  readonly java: string;
  readonly flags: readonly string[];
  readonly classPath: readonly string[];
  readonly mainClass: string;
  /** Environment variables that the class reads. */
  readonly variables: Readonly<Record<string, string>>;
  /** Words put in after the action `run` or `info`: what the playground's job needs and an ordinary jar brings along itself. */
  readonly afterRun: readonly string[];
}

const origin = 'Written by Flink Playground each time it is needed; changes are lost.';

function javaWords({ java, flags, classPath, mainClass }: CliScript): readonly string[] {
  return [java, ...flags, '-cp', classPath.join(delimiter), mainClass];
}

/** For every POSIX system. */
export function shellScript(script: CliScript): string {
  const variables = Object.entries(script.variables).map(([name, value]) => `export ${name}=${inPosixQuotes(value)}`);
  const run = [
    'case "$1" in',
    'run | info)',
    '  action=$1',
    '  shift',
    `  set -- "$action" ${script.afterRun.map(inPosixQuotes).join(' ')} "$@"`,
    '  ;;',
    'esac',
  ];
  return [
    '#!/bin/sh',
    `# ${origin}`,
    ...variables,
    ...(script.afterRun.length === 0 ? [] : run),
    `exec ${javaWords(script).map(inPosixQuotes).join(' ')} "$@"`,
    '',
  ].join('\n');
}

/**
 * For Windows, whose command lines are too short for a class path: Java reads its arguments from a file beside the script.
 * `argumentsFile` is that file's name.
 */
export function batchScript(script: CliScript, argumentsFile: string): string {
  const variables = Object.entries(script.variables).map(([name, value]) => `set "${name}=${inBatch(value)}"`);
  const java = `"${inBatch(script.java)}" "@%~dp0${inBatch(argumentsFile)}"`;
  const inserted = script.afterRun.map((word) => `"${inBatch(word)}"`).join(' ');
  const run = ['run', 'info'].flatMap((action) => [
    `if not "%~1"=="${action}" goto not_${action}`,
    'set "rest=%*"',
    `${java} ${action} ${inserted} %rest:*${action}=%`,
    'exit /b %errorlevel%',
    `:not_${action}`,
  ]);
  const lines = [
    '@echo off',
    `rem ${origin}`,
    'setlocal',
    ...variables,
    ...(script.afterRun.length === 0 ? [] : run),
    `${java} %*`,
  ];
  return [...lines, ''].join('\r\n');
}

/** What `java @file` reads: one quoted word a line, in which a backslash stands for the next character. */
export function javaArguments(script: CliScript): string {
  const [, ...words] = javaWords(script);
  const quoted = words.map((word) => `"${word.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`)}"`);
  return `${quoted.join('\n')}\n`;
}

/** A percent sign begins a variable in a batch file, also within quotes. */
function inBatch(text: string): string {
  return text.replaceAll('%', '%%');
}
