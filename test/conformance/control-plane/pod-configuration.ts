import { at, listAt, textAt } from '../shared/json';

/** A ConfigMap or Secret without which a pod does not start. */
export interface ConfigurationRef {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
}

/** Everything of that kind that a pod spec mounts or reads into its environment. */
export function configurationOf(podSpec: unknown): ConfigurationRef[] {
  const containers = [...listAt(podSpec, 'initContainers'), ...listAt(podSpec, 'containers')];
  const sources = listAt(podSpec, 'volumes').flatMap(volume => [volume, ...listAt(volume, 'projected', 'sources')]);
  const refs = [
    ...sources.flatMap(source => [ref('ConfigMap', at(source, 'configMap'), 'name'), ref('Secret', at(source, 'secret'), 'secretName', 'name')]),
    ...containers.flatMap(container => listAt(container, 'envFrom'))
      .flatMap(source => [ref('ConfigMap', at(source, 'configMapRef'), 'name'), ref('Secret', at(source, 'secretRef'), 'name')]),
    ...containers.flatMap(container => listAt(container, 'env')).map(variable => at(variable, 'valueFrom'))
      .flatMap(source => [ref('ConfigMap', at(source, 'configMapKeyRef'), 'name'), ref('Secret', at(source, 'secretKeyRef'), 'name')]),
  ].flat();
  return [...new Map(refs.map(found => [`${found.kind} ${found.name}`, found])).values()];
}

function ref(kind: ConfigurationRef['kind'], source: unknown, ...fields: string[]): ConfigurationRef[] {
  if (source === undefined || at(source, 'optional') === true) return [];
  const name = fields.map(field => textAt(source, field)).find(found => found !== undefined);
  return name === undefined ? [] : [{ kind, name }];
}
