import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { ignoreProgress, LocalTestBed, startOptions } from '../localPlayground';
import { openLedger, type OpenLedger } from '../operationsBed';
import type { VictimOrder } from './boundaries';
import { buildVictim, runUntilDead } from './crash';

/** A playground whose windows are counted from the first on, and the program that dies while it operates on its job. */
export class CrashScene {
  private constructor(
    readonly environment: LocalEnvironment,
    readonly account: OpenLedger,
    private readonly bed: LocalTestBed,
    private readonly victim: string,
    /** The job that runs now; whoever recovers one says here which that is. */
    public jobId: string,
  ) {}

  static async open(options = startOptions()): Promise<CrashScene> {
    const bed = await LocalTestBed.create();
    const environment = bed.open();
    const { jobId } = await environment.start(options, ignoreProgress, AbortSignal.timeout(180_000));
    const account = await openLedger(environment.snapshot.value.endpoints?.brokers ?? []);
    return new CrashScene(environment, account, bed, await buildVictim(bed.root), jobId);
  }

  /** Has the program operate on the job until it is dead; true when it was done before. */
  async runUntilDead(order: Omit<VictimOrder, 'root' | 'jobId'>, afterMs?: number): Promise<boolean> {
    return runUntilDead(this.victim, { root: this.bed.root, jobId: this.jobId, ...order }, afterMs);
  }

  async end(): Promise<void> {
    this.account.dispose();
    await this.bed.remove();
  }
}
