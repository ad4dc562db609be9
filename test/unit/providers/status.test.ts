import { describe, expect, it } from 'vitest';
import { failed, idle, succeeded } from '../../../src/core/state/resource';
import { ContextKeys } from '../../../src/host/contextKeys';
import { followEnvironment } from '../../../src/providers/lifecycle';
import { describeStatus } from '../../../src/providers/statusText';
import { engineDouble, ledgerSummary } from '../../support/builders/engine';
import { environment, runningEnvironment, taskManagerInstance } from '../../support/builders/environment';

describe('the status bar item', () => {
  it('is not there while there is no playground', () => {
    expect(describeStatus(environment(), ledgerSummary())).toBeUndefined();
  });

  it('says the verdict of a running one, and why', () => {
    const { totals } = ledgerSummary();
    const ledger = ledgerSummary({
      verdict: 'PASS',
      reasons: [],
      totals: { ...totals, windows: 42, exactWindows: 42 },
    });
    const status = describeStatus(runningEnvironment(), ledger);
    expect(status).toMatchObject({
      text: '$(pass) Flink: PASS',
      tone: 'normal',
      accessibilityLabel: 'Flink Playground: PASS',
    });
    expect(status?.tooltip).toContain('42 windows counted exactly');
  });

  it('warns when counts are wrong', () => {
    const ledger = ledgerSummary({ verdict: 'FAIL', reasons: [{ code: 'missing', cells: 2 }] });
    expect(describeStatus(runningEnvironment(), ledger)).toMatchObject({
      text: '$(warning) Flink: FAIL',
      tone: 'warning',
    });
  });

  it('does not call healthy what is not known', () => {
    expect(describeStatus(environment({ phase: 'unknown' }), ledgerSummary())?.text).toBe(
      '$(question) Flink: not known',
    );
    expect(describeStatus(runningEnvironment(), ledgerSummary())?.text).toBe('$(question) Flink: counting');
  });

  it('says why it is not known, and what to do', () => {
    const error = { message: 'A newer version was here', remedy: 'Update the extension' };
    const status = describeStatus(environment({ phase: 'unknown', error }), ledgerSummary());
    expect(status?.tooltip).toContain('A newer version was here\n\nUpdate the extension');
  });

  it('names what is missing of a degraded one', () => {
    const services = [{ name: 'taskmanager' as const, instances: [taskManagerInstance(2, { state: 'killed' })] }];
    const status = describeStatus(runningEnvironment({ phase: 'degraded', services }), ledgerSummary());
    expect(status?.tooltip).toContain('taskmanager\\-2');
  });

  it('makes no link of a foreign text', () => {
    const error = { message: '[Free money](command:workbench.action.quit)' };
    const status = describeStatus(environment({ phase: 'failed', error }), ledgerSummary());
    expect(status?.tooltip).not.toContain('](');
  });
});

describe('following an environment', () => {
  function follow(double: ReturnType<typeof engineDouble>): {
    readonly written: string[];
    readonly context: Map<string, unknown>;
    readonly dispose: () => void;
  } {
    const written: string[] = [];
    const context = new Map<string, unknown>();
    const keys = new ContextKeys((name, value) => {
      written.push(name);
      context.set(name, value);
    });
    const following = followEnvironment(double.engine, keys);
    return { written, context, dispose: () => following.dispose() };
  }

  it('tells the conditions of the manifest what is going on', () => {
    const double = engineDouble();
    const { context } = follow(double);
    expect(Object.fromEntries(context)).toEqual({
      environment: 'local',
      others: '',
      brokers: 'unknown',
      phase: 'absent',
      hasData: false,
      busyElsewhere: false,
      rest: 'unknown',
      jobsKnown: false,
      savepointsKnown: false,
      topicsKnown: false,
    });
    double.snapshot.set(runningEnvironment());
    double.cluster.set({ ...double.cluster.value, jobs: succeeded([], 0) });
    double.topics.set(succeeded([], 0));
    expect(Object.fromEntries(context)).toMatchObject({
      phase: 'running',
      hasData: true,
      rest: 'up',
      jobsKnown: true,
      savepointsKnown: false,
      topicsKnown: true,
    });
    double.cluster.set({ ...double.cluster.value, jobs: failed(idle, new Error('no')) });
    expect(context.get('rest')).toBe('down');
  });

  it('writes a key only when it changes', () => {
    const double = engineDouble();
    const { written } = follow(double);
    const before = written.length;
    double.snapshot.set(environment({ notices: ['something else'] }));
    expect(written.length).toBe(before);
  });

  it('holds the background lease exactly while something runs', () => {
    const double = engineDouble();
    const { dispose } = follow(double);
    expect(double.leases).toEqual([]);
    double.snapshot.set(runningEnvironment());
    double.snapshot.set(runningEnvironment({ phase: 'degraded' }));
    expect(double.leases).toEqual(['background']);
    double.snapshot.set(environment());
    expect(double.leases).toEqual([]);
    double.snapshot.set(runningEnvironment());
    dispose();
    expect(double.leases).toEqual([]);
  });
});
