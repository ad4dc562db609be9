import { randomUUID } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { ProcessTable } from '../environment/common/processTable';
import { PlaygroundError } from '../util/errors';
import type { OperationOwner } from './journalEntry';

/** Who is at an operation: this engine, another window that lives, or nobody any more. */
export class Owners {
  readonly #token = randomUUID();

  constructor(private readonly table: ProcessTable) {}

  /** @throws PlaygroundError `process`: an owner that cannot be recognised would look dead while it is at work. */
  async self(): Promise<OperationOwner> {
    const startToken = (await this.table.read([process.pid])).get(process.pid)?.startToken ?? '';
    if (startToken !== '') return { pid: process.pid, startToken, token: this.#token };
    throw new PlaygroundError('process', l10n.t('The operating system does not tell which processes run.'), {
      remedy: l10n.t('See that the list of processes can be read (/proc, ps or PowerShell), then try again.'),
    });
  }

  /** True for another engine whose process lives. This engine knows by itself what it is at. */
  async isElsewhere(owner: OperationOwner | undefined): Promise<boolean> {
    if (owner === undefined || owner.token === this.#token) return false;
    const facts = (await this.table.read([owner.pid])).get(owner.pid);
    return facts !== undefined && facts.startToken === owner.startToken;
  }
}
