import type { Disposable } from '../core/util/disposable';
import { viewIds } from '../commands/catalog';
import { clusterDescription } from './clusterDescription';
import { describedView, type ViewServices } from './describedView';

/** The Cluster view. */
export function clusterView(services: ViewServices): Disposable {
  return describedView(viewIds.cluster, services, clusterDescription(services.locale));
}
