import * as l10n from '@vscode/l10n';
import { cleanLine } from '../logs/cleanText';
import type { CommandEntry, CommandForm, FormKind, Step } from './commandForms';
import type { Words } from './commandPlaces';
import { quoteWord, type ShellKind } from './quote';

/** For whom and against which cluster command lines are written. */
export interface WritingOptions {
  readonly shell: ShellKind;
  /** `http://127.0.0.1:8081`, without a slash at the end. */
  readonly restUrl: string;
}

/** The lines of one form, ready to be pasted into the shell. */
export function writeForm(form: CommandForm, options: WritingOptions): string {
  return form.steps.flatMap((step) => writeStep(step, options)).join('\n');
}

/** All command lines as one text, which is a script in the shell's own language as far as its colours go. */
export function writeDocument(title: string, entries: readonly CommandEntry[], options: WritingOptions): string {
  const sections = entries.map((entry) =>
    [
      `# ──── ${cleanLine(entry.title)}`,
      ...entry.forms.map((form) => `# ${formTitle(form.kind)}\n${writeForm(form, options)}`),
    ].join('\n'),
  );
  return `${[`# ${cleanLine(title)}`, ...sections].join('\n\n')}\n`;
}

/** How a form is called where there is a choice. */
export function formTitle(kind: FormKind): string {
  return kind === 'cli' ? l10n.t('Command line') : l10n.t('REST API');
}

function writeStep(step: Step, options: WritingOptions): readonly string[] {
  const { shell } = options;
  switch (step.kind) {
    case 'run':
      return [writeWords(step.words, shell)];
    case 'kill':
      return [shell === 'posix' ? `kill -9 ${step.pid}` : `Stop-Process -Force -Id ${step.pid}`];
    case 'follow':
      return [
        shell === 'posix'
          ? writeWords(['tail', '-n', '100', '-F', step.file], shell)
          : `Get-Content -Tail 100 -Wait -LiteralPath ${quoteWord(step.file, shell)}`,
      ];
    case 'listFolder':
      return [
        shell === 'posix'
          ? writeWords(['ls', '-la', step.folder], shell)
          : `Get-ChildItem -LiteralPath ${quoteWord(step.folder, shell)}`,
      ];
    case 'request':
      return [writeRequest(step, options)];
    case 'runJar':
      return writeRunJar(step, options);
    case 'note':
      break;
  }
  return [`# ${cleanLine(step.text)}`];
}

function writeWords(words: Words, shell: ShellKind): string {
  const quoted = words.map((word) => quoteWord(word, shell));
  // PowerShell takes a text in quotes for a value, unless it is told to call it.
  return shell === 'powershell' && quoted[0] !== words[0] ? `& ${quoted.join(' ')}` : quoted.join(' ');
}

type Request = Extract<Step, { kind: 'request' }>;

function writeRequest({ method, path, body, text }: Request, { shell, restUrl }: WritingOptions): string {
  const address = `${restUrl}${path}`;
  const json = body === undefined ? undefined : JSON.stringify(body);
  if (shell === 'posix') {
    return writeWords(
      ['curl', ...(method === 'GET' ? [] : ['-X', method]), ...(json === undefined ? [] : ['-d', json]), address],
      shell,
    );
  }
  return [
    'Invoke-RestMethod',
    ...(method === 'GET' ? [] : [`-Method ${method}`]),
    ...powerShellBody(json),
    `-Uri ${quoteWord(address, shell)}`,
    ...(text === true ? [] : ['| ConvertTo-Json -Depth 20']),
  ].join(' ');
}

function powerShellBody(json: string | undefined): readonly string[] {
  return json === undefined ? [] : [`-ContentType application/json -Body ${quoteWord(json, 'powershell')}`];
}

type RunJar = Extract<Step, { kind: 'runJar' }>;

function writeRunJar({ jar, body }: RunJar, { shell, restUrl }: WritingOptions): readonly string[] {
  if ('id' in jar) {
    const path = `/jars/${encodeURIComponent(jar.id)}/run`;
    return [writeRequest({ kind: 'request', method: 'POST', path, body }, { shell, restUrl })];
  }
  const upload = ['-s', '-X', 'POST', '-H', 'Expect:', '-F', formFile(jar.file), `${restUrl}/jars/upload`];
  const jars = quoteWord(`${restUrl}/jars/`, shell);
  const json = quoteWord(JSON.stringify(body), shell);
  if (shell === 'posix') {
    const id = String.raw`sed 's/.*[/\\]//; s/".*//'`;
    return [`jar=$(${writeWords(['curl', ...upload], shell)} | ${id})`, `curl -X POST -d ${json} ${jars}"$jar"/run`];
  }
  return [
    `$jar = (${writeWords(['curl.exe', ...upload], shell)} | ConvertFrom-Json).filename -replace '.*[/\\\\]'`,
    `Invoke-RestMethod -Method POST -ContentType application/json -Body ${json} -Uri (${jars} + $jar + '/run')`,
  ];
}

/** A file as `curl -F` reads it: a name with characters that it takes apart is put in quotes. */
function formFile(file: string): string {
  if (!/[;,"]/.test(file)) return `jarfile=@${file}`;
  return `jarfile=@"${file.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
