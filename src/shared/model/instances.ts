import type { EnvironmentSnapshot, InstanceSnapshot } from './environment';

/** The process is there, or on its way. */
export function isUp({ state }: Pick<InstanceSnapshot, 'state'>): boolean {
  return state === 'healthy' || state === 'unhealthy' || state === 'starting';
}

/** All instances of an environment, in the order of its services. */
export function instancesOf({ services }: Pick<EnvironmentSnapshot, 'services'>): readonly InstanceSnapshot[] {
  return services.flatMap(({ instances }) => instances);
}

/** The TaskManagers that an environment has processes of, also those that have ended. */
export function taskManagersOf(environment: Pick<EnvironmentSnapshot, 'services'>): readonly InstanceSnapshot[] {
  return instancesOf(environment).filter(({ service }) => service === 'taskmanager');
}
