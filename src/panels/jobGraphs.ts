import * as vscode from 'vscode';
import { commandId, jobGraphPanelType } from '../commands/catalog';
import type { JobGraphPage } from '../shared/protocol/jobGraph';
import { JobGraph, type JobGraphOptions } from './jobGraph';
import { PanelSet, type PanelSetServices } from './panelSet';
import { savedText } from './savedPart';

export interface JobGraphServices extends PanelSetServices {
  readonly reveal: JobGraphOptions['reveal'];
}

/** A job, with its name as far as it is known. */
export type ShownJob = Pick<JobGraphOptions, 'job' | 'name'>;

export type JobGraphs = PanelSet<ShownJob, JobGraph, JobGraphPage>;

/** The panels with the graph of a job, one for each job. */
export function jobGraphs({ reveal, ...services }: JobGraphServices): JobGraphs {
  return new PanelSet(services, {
    type: jobGraphPanelType,
    page: 'jobGraph',
    icon: 'graph',
    keyOf: ({ job }) => job,
    titleOf: ({ name }) => name,
    inLog: ({ job }) => `the graph of job ${job}`,
    // A page keeps its job; the name is the panel's title.
    restored: (state, name) => {
      const job = savedText(state, 'job');
      return job === undefined ? undefined : { job, name };
    },
    make: ({ job, name }, { engine, setKey }) =>
      new JobGraph({
        job,
        name,
        engine,
        reveal,
        showFlames: (job, vertex) => {
          void vscode.commands.executeCommand(commandId('job.showFlameGraph'), { job, vertex });
        },
        openTimeline: (job) => {
          void vscode.commands.executeCommand(commandId('job.openTimeline'), { job });
        },
        onJob: setKey,
      }),
    send: (page, { state: { value } }, panel) => {
      if (value.name !== '' && panel.title !== value.name) panel.title = value.name;
      return page.stateChanged.asEvent(value);
    },
  });
}
