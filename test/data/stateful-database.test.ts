import { Chart, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AccessMode, Backup, ClaimRetention, CloudNativePg, ConnectionVariables, DatabaseCredentials, DatabaseEngine, Environment, Findings, Health, type IDatabaseOperator, Identity,
  KubernetesObject, type PodOptions, ProductionService, Resources, StatefulDatabase, type StatefulDatabaseProps,
} from 'cdk8s-production';
import { STATEFUL_DATABASE_PROPS } from '../../lib/data/stateful-database-props';
import { databaseChart, nightly, orders, POSTGRES, REDIS, STORAGE } from '../helpers/database';
import { errorOf, identities, type Manifest, MINIMAL, one, synth } from '../helpers/manifests';
import { chartIn, web } from '../helpers/service';

const rendered = (database: StatefulDatabase): Manifest[] => synth(Chart.of(database));
const set = (database: StatefulDatabase): Manifest => one(rendered(database), 'StatefulSet');
const env = (manifest: Manifest): Manifest[] => manifest.spec.template.spec.containers[0].env;

describe('one instance', () => {
  test('is exactly these objects', () => {
    expect(identities(rendered(orders()))).toEqual([
      expect.stringMatching(/^ConfigMap\/orders-files-/), 'NetworkPolicy/orders', 'Service/orders', 'Service/orders-headless', 'ServiceAccount/orders', 'StatefulSet/orders',
    ]);
  });

  test('keeps its data in a claim of the size asked for, whose template holds nothing that may ever change', () => {
    const { spec } = set(orders({ version: '1.2.3', labels: { tier: 'data' } }));

    expect(spec.volumeClaimTemplates).toEqual([{
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', labels: { 'app.kubernetes.io/instance': 'orders', 'app.kubernetes.io/name': 'orders' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Gi' } }, volumeMode: 'Filesystem' },
    }]);
    expect(spec.template.spec.containers[0].volumeMounts).toContainEqual({ mountPath: '/var/lib/postgresql/data', name: 'data' });
  });

  test('keeps its claims when it is deleted or scaled, unless a reason says otherwise', () => {
    expect(set(orders()).spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
    expect(set(orders({ claimRetention: ClaimRetention.deleteWithDatabase('a preview for one pull request') })).spec.persistentVolumeClaimRetentionPolicy)
      .toEqual({ whenDeleted: 'Delete', whenScaled: 'Retain' });
  });

  test('starts its only pod without waiting for another', () => {
    expect(set(orders()).spec).toMatchObject({ replicas: 1, podManagementPolicy: 'Parallel', serviceName: 'orders-headless', updateStrategy: { type: 'RollingUpdate' } });
    expect(set(orders()).spec).not.toHaveProperty('progressDeadlineSeconds');
    expect(set(orders()).spec.template.spec).not.toHaveProperty('topologySpreadConstraints');
  });

  test('is named by a headless Service before it is ready, and dialled by another', () => {
    const manifests = rendered(orders());
    expect(one(manifests, 'Service', 'orders-headless').spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(one(manifests, 'Service', 'orders').spec).toMatchObject({ type: 'ClusterIP', ports: [{ name: 'postgresql', port: 5432, targetPort: 'postgresql' }], selector: set(orders()).spec.selector.matchLabels });
  });

  test('has more time to end than its engine needs', () => {
    expect(set(orders()).spec.template.spec.terminationGracePeriodSeconds).toBe(130);
  });

  test('lets in nobody, not even monitoring, to its own port', () => {
    expect(one(rendered(orders()), 'NetworkPolicy').spec).not.toHaveProperty('ingress');
  });

  test('is scraped at an exporter beside it on request', () => {
    const manifests = rendered(orders({ metrics: true }));
    expect(one(manifests, 'NetworkPolicy').spec.ingress).toEqual([{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ port: 9187, protocol: 'TCP' }] }]);
    expect(one(manifests, 'StatefulSet').spec.template.spec.initContainers.map((container: Manifest) => [container.name, container.restartPolicy])).toEqual([['metrics', 'Always']]);
    expect(one(manifests, 'Service', 'orders').spec.ports.map((port: Manifest) => port.name)).toEqual(['postgresql', 'metrics']);
  });

  test('sizes the engine by the memory of its container', () => {
    const args = (memory: Size) => set(orders({ resources: Resources.guaranteed({ memory }) })).spec.template.spec.containers[0].args.filter((arg: string) => arg.startsWith('shared_buffers'));
    expect([args(Size.gibibytes(1)), args(Size.gibibytes(8))]).toEqual([['shared_buffers=256MB'], ['shared_buffers=2048MB']]);
  });
});

describe('credentials', () => {
  test('are read from a Secret named after the database, and stand nowhere in a manifest', () => {
    expect(env(set(orders())).filter((variable: Manifest) => variable.valueFrom !== undefined)).toEqual([
      { name: 'APPLICATION_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-credentials', key: 'password' } } },
      { name: 'APPLICATION_USERNAME', valueFrom: { secretKeyRef: { name: 'orders-credentials', key: 'username' } } },
      { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-credentials', key: 'admin-password' } } },
    ]);
  });

  test('can be any keys of any Secret', () => {
    const credentials = DatabaseCredentials.fromSecret('vault', { username: 'user', password: 'word', adminPassword: 'root' });
    expect(env(set(orders({ credentials }))).map((variable: Manifest) => variable.valueFrom?.secretKeyRef).filter(Boolean)).toEqual([
      { name: 'vault', key: 'word' }, { name: 'vault', key: 'user' }, { name: 'vault', key: 'root' },
    ]);
    expect(credentials.secretName).toBe('vault');
  });
});

describe('connectTo', () => {
  test('gives a caller address and login by reference, and lets it in', () => {
    const chart = databaseChart();
    const database = orders({}, chart);
    web({}, chart).connectTo(database);

    const manifests = synth(chart);
    expect(env(one(manifests, 'Deployment'))).toEqual([
      { name: 'ORDERS_DATABASE', value: 'app' },
      { name: 'ORDERS_HOST', value: 'orders' },
      { name: 'ORDERS_PASSWORD', valueFrom: { secretKeyRef: { key: 'password', name: 'orders-credentials' } } },
      { name: 'ORDERS_PORT', value: '5432' },
      { name: 'ORDERS_USERNAME', valueFrom: { secretKeyRef: { key: 'username', name: 'orders-credentials' } } },
    ]);
    expect(one(manifests, 'NetworkPolicy', 'orders').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: one(manifests, 'Deployment').spec.selector.matchLabels } }], ports: [{ port: 5432, protocol: 'TCP' }] }]);
  });

  test('makes one address of all that, after the variables that it is made of', () => {
    const chart = databaseChart();
    web({}, chart).connectTo(orders({}, chart), { variables: ConnectionVariables.named({ url: 'DATABASE_URL' }) });

    expect(env(one(synth(chart), 'Deployment'))).toEqual([
      { name: 'ORDERS_PASSWORD', valueFrom: { secretKeyRef: { key: 'password', name: 'orders-credentials' } } },
      { name: 'ORDERS_USERNAME', valueFrom: { secretKeyRef: { key: 'username', name: 'orders-credentials' } } },
      { name: 'DATABASE_URL', value: 'postgres://$(ORDERS_USERNAME):$(ORDERS_PASSWORD)@orders:5432/app' },
    ]);
  });

  test('refuses an address whose login is in another namespace, unless the login is named', () => {
    const database = orders();
    const other = new Chart(database.node.root as never, 'other', { namespace: 'other' });
    Environment.production().attachTo(other);
    const service = new ProductionService(other, 'web', MINIMAL);
    expect(errorOf(() => service.connectTo(database, { variables: ConnectionVariables.named({ url: 'DATABASE_URL' }) }))).toMatchObject({ code: 'MissingValue', property: 'connectTo.variables.url' });
    service.connectTo(database, { variables: ConnectionVariables.named({ url: 'DATABASE_URL', username: 'U', password: 'P' }) });
    expect(env(one(synth(other), 'Deployment')).map((variable: Manifest) => variable.name)).toEqual(['P', 'U', 'DATABASE_URL']);
  });

  test('asks Redis for a password alone', () => {
    const chart = databaseChart();
    web({}, chart).connectTo(orders({ engine: REDIS }, chart), { variables: ConnectionVariables.named({ url: 'CACHE_URL' }) });

    expect(env(one(synth(chart), 'Deployment')).at(-1)).toEqual({ name: 'CACHE_URL', value: 'redis://:$(ORDERS_PASSWORD)@orders:6379' });
  });

  test('gives no reference to a Secret that is in another namespace, unless its variable is named', () => {
    const database = orders();
    const { root } = database.node;
    const other = new Chart(root as never, 'other', { namespace: 'other' });
    Environment.production().attachTo(other);
    const far = (options = {}) => {
      const service = new ProductionService(other, `web-${other.node.children.length}`, MINIMAL);
      service.connectTo(database, options);
      return env(one(synth(other), 'Deployment', service.name));
    };
    expect(far().map((variable: Manifest) => variable.name)).toEqual(['ORDERS_DATABASE', 'ORDERS_HOST', 'ORDERS_PORT']);
    expect(far()[1].value).toBe('orders.shop.svc.cluster.local');
    expect(far({ variables: ConnectionVariables.named({ password: 'COPIED' }) })).toEqual([{ name: 'COPIED', valueFrom: { secretKeyRef: { key: 'password', name: 'orders-credentials' } } }]);
  });

  test('lets the database itself out, and others in by hand', () => {
    const chart = databaseChart();
    const [database, service] = [orders({}, chart), web({}, chart)];
    database.connectTo(service);
    database.allowFrom(new kplus.Deployment(chart, 'tool', { containers: [{ image: 'tool:1.0.0' }] }));

    expect(one(synth(chart), 'NetworkPolicy', 'orders').spec.ingress).toHaveLength(1);
    expect(database.edges.map(edge => edge.to)).toEqual([service.node.path]);
  });
});

describe('several instances', () => {
  test('of PostgreSQL are a Cluster of CloudNativePG with a policy, under the same names for callers', () => {
    const chart = databaseChart();
    const database = orders({ instances: 3 }, chart);
    web({}, chart).connectTo(database);

    const manifests = synth(chart);
    expect(identities(manifests.filter(manifest => manifest.metadata.name.startsWith('orders')))).toEqual(['Cluster/orders', 'NetworkPolicy/orders']);
    expect(database.workload.kind).toBe('Cluster');
    expect([database.service, database.headlessService, database.serviceAccount, database.configMap]).toEqual([undefined, undefined, undefined, undefined]);
    expect(env(one(manifests, 'Deployment')).map((variable: Manifest) => [variable.name, variable.value])).toEqual([
      ['ORDERS_DATABASE', 'app'], ['ORDERS_HOST', 'orders-rw'], ['ORDERS_PASSWORD', undefined], ['ORDERS_PORT', '5432'], ['ORDERS_USERNAME', undefined],
    ]);
    expect(one(manifests, 'NetworkPolicy', 'orders').spec.podSelector.matchLabels).toEqual({ 'cnpg.io/cluster': 'orders' });
  });

  test.each([
    ['MySQL', DatabaseEngine.mysql({ version: '8.4.3' })],
    ['MongoDB', DatabaseEngine.mongodb({ version: '7.0.14' })],
    ['Redis', REDIS],
  ])('of %s are refused: they would not find each other', (_, engine) => {
    expect(errorOf(() => orders({ engine, instances: 2 }))).toMatchObject({ code: 'UnsupportedByController', constructPath: 'chart/orders', property: 'instances', value: '2' });
  });

  test('of an engine that clusters by itself start together or one after the other, as it needs, and are kept apart', () => {
    const engine = DatabaseEngine.custom({
      name: 'etcd',
      image: 'registry.example.com/etcd:3.5.16',
      port: 2379,
      dataPath: '/data',
      health: Health.exec({ readiness: ['etcdctl', 'endpoint', 'health'] }),
      clusters: true,
      peerPorts: [2380],
    });
    const { spec } = set(orders({ engine, instances: 3 }));
    expect(spec).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel' });
    expect(spec.template.spec.containers[0].ports.map((port: Manifest) => port.containerPort)).toEqual([2379, 2380]);
    expect(set(orders({ engine, instances: 1 })).spec.podManagementPolicy).toBe('Parallel');
    expect(spec.template.spec.topologySpreadConstraints).toHaveLength(2);
  });

  test('of an engine that clusters by itself lose one at a time to drains, and reach each other', () => {
    const engine = DatabaseEngine.custom({ name: 'cockroach', image: 'registry.example.com/cockroach:24.2.4', port: 26257, dataPath: '/data', health: Health.none('nothing is asked of a fixture'), clusters: true });
    const database = orders({ engine, instances: 3 });
    const manifests = rendered(database);
    const podSelector = { matchLabels: { 'app.kubernetes.io/instance': 'orders', 'app.kubernetes.io/name': 'orders' } };

    expect(one(manifests, 'PodDisruptionBudget')).toMatchObject({ metadata: { name: 'orders' }, spec: { maxUnavailable: 1, selector: podSelector } });
    expect(one(manifests, 'NetworkPolicy').spec.ingress).toEqual([{ from: [{ podSelector }], ports: [{ port: 26257, protocol: 'TCP' }] }]);
    expect(one(manifests, 'NetworkPolicy').spec.egress).toContainEqual({ to: [{ podSelector }], ports: [{ port: 26257, protocol: 'TCP' }] });

    database.disruptionBudget!.addJsonPatch(JsonPatch.add('/metadata/annotations', { patched: 'yes' }));
    expect(one(rendered(database), 'PodDisruptionBudget').metadata.annotations).toEqual({ patched: 'yes' });
    expect(orders().disruptionBudget).toBeUndefined();
  });

  test('are run by the operator that is named', () => {
    const engine = POSTGRES;
    const made: string[] = [];
    const operator: IDatabaseOperator = {
      description: 'an operator of ours',
      engines: ['postgresql'],
      podLabels: name => ({ db: name }),
      run: (database, request) => {
        made.push(`${request.engine} ${request.version} x ${request.instances}`);
        return {
          workload: new KubernetesObject(database, 'Thing', { apiVersion: 'example.com/v1', kind: 'Thing', name: request.name, content: { spec: () => ({}) } }),
          objects: [],
          readWrite: { serviceName: `${request.name}-main`, port: 6000 },
          network: { from: [], to: [], usesKubernetesApi: false },
          isBackedUp: false,
        };
      },
    };
    const database = orders({ engine, operator });
    expect(made).toEqual(['postgresql 16.4 x 1']);
    expect([database.host, database.ports.map(port => port.number)]).toEqual(['orders-main', [6000]]);
  });

  test.each<[string, Partial<StatefulDatabaseProps>, string, string]>([
    ['an operator of another engine', { engine: REDIS, operator: new CloudNativePg() }, 'UnsupportedByController', 'operator'],
    ['no operator at all', { operator: {} as IDatabaseOperator }, 'InvalidValue', 'operator'],
    ['an identity that the operator does not take', { instances: 3, identity: Identity.own() }, 'UnsupportedByController', 'identity'],
    ['variables that the operator does not take', { instances: 3, env: { A: 'b' } }, 'UnsupportedByController', 'env'],
    ['an access mode that the operator does not take', { instances: 3, storage: { size: STORAGE, accessMode: AccessMode.READ_WRITE_ONCE_POD } }, 'UnsupportedByController', 'storage.accessMode'],
    ['snapshots of volumes that are not snapshotted at one moment', { instances: 3, backups: [Backup.snapshot({ schedule: '0 * * * *' })] }, 'UnsupportedByController', 'backups[0]'],
    ['scripts of the first start', { instances: 3, engine: DatabaseEngine.postgres({ version: '16.4', initScripts: { '10-more.sql': 'SELECT 1;' } }) }, 'UnsupportedByController', 'engine.initScripts'],
  ])('are refused with %s', (_, props, code, property) => {
    expect(errorOf(() => orders(props))).toMatchObject({ code, constructPath: 'chart/orders', property });
  });
});

describe('bad input', () => {
  test.each<[string, Partial<StatefulDatabaseProps>, string, string]>([
    ['no engine', { engine: undefined as never }, 'InvalidValue', 'engine'],
    ['an image instead of an engine', { engine: 'postgres:16.4' as never }, 'InvalidValue', 'engine'],
    ['an engine without a full version', { engine: DatabaseEngine.postgres({ version: '16' }) }, 'InvalidValue', 'engine.version'],
    ['no size', { storage: undefined as never }, 'InvalidValue', 'storage'],
    ['a size in bytes by mistake', { storage: Size.kibibytes(100) }, 'InvalidValue', 'storage'],
    ['a size of less than a gibibyte', { storage: { size: Size.mebibytes(100) } }, 'InvalidValue', 'storage.size'],
    ['an unknown property of the storage', { storage: { size: STORAGE, klass: 'x' } as never }, 'UnknownProperty', 'storage.klass'],
    ['a class that is no name', { storage: { size: STORAGE, storageClass: 'Fast Disk' } }, 'InvalidValue', 'storage.storageClass'],
    ['an access mode that is none', { storage: { size: STORAGE, accessMode: 'RWO' as never } }, 'InvalidValue', 'storage.accessMode[0]'],
    ['no instance', { instances: 0 }, 'InvalidValue', 'instances'],
    ['a quoted number of instances', { instances: '3' as never }, 'InvalidValue', 'instances'],
    ['credentials as a text', { credentials: 'hunter2' as never }, 'InvalidValue', 'credentials'],
    ['a Secret whose name is none', { credentials: DatabaseCredentials.fromSecret('Not A Name') }, 'InvalidName', 'credentials.secret'],
    ['a key that no Secret has', { credentials: DatabaseCredentials.fromSecret('vault', { password: 'a b' }) }, 'InvalidValue', 'credentials.keys.password'],
    ['an unknown kind of key', { credentials: DatabaseCredentials.fromSecret('vault', { pass: 'x' } as never) }, 'UnknownProperty', 'credentials.keys.pass'],
    ['resources as an object', { resources: { memory: '1Gi' } as never }, 'InvalidValue', 'resources'],
    ['too little memory for the engine', { resources: Resources.guaranteed({ memory: Size.mebibytes(64) }) }, 'InvalidValue', 'engine'],
    ['a literal secret', { env: { ADMIN_PASSWORD: 'hunter2' } }, 'SecretInManifest', 'env.ADMIN_PASSWORD'],
    ['a place of the data that is not the claim', { env: { PGDATA: '/tmp/pg' } }, 'EnvironmentVariableConflict', 'env.PGDATA'],
    ['an image of another version', { engine: DatabaseEngine.postgres({ version: '16.4', image: 'postgres:17.1' }) }, 'ConflictingProperties', 'engine.image'],
    ['two schedules of snapshots', { backups: [Backup.snapshot({ schedule: '0 * * * *' }), Backup.snapshot({ schedule: '5 * * * *' })] }, 'DuplicateIdentity', 'backups[1].name'],
    ['two dumps without names', { backups: [nightly(), nightly()] }, 'DuplicateIdentity', 'backups[1].name'],
    ['metrics as a text', { metrics: 'yes' as never }, 'InvalidValue', 'metrics'],
    ['deletion without a reason', { claimRetention: ClaimRetention.deleteWithDatabase('') }, 'MissingValue', 'claimRetention.deleteWithDatabase'],
    ['a retention that is none', { claimRetention: 'Retain' as never }, 'InvalidValue', 'claimRetention'],
    ['a backup that is none', { backups: ['nightly' as never] }, 'InvalidValue', 'backups[0]'],
    ['backups that are no list', { backups: nightly() as never }, 'InvalidValue', 'backups'],
    ['a drill without a dump', { restoreDrill: { schedule: '@weekly', check: 'SELECT 1' } }, 'MissingValue', 'restoreDrill'],
    ['a drill of snapshots alone', { backups: [Backup.snapshot({ schedule: '0 * * * *' })], restoreDrill: { schedule: '@weekly', check: 'SELECT 1' } }, 'MissingValue', 'restoreDrill'],
    ['an unknown name of an object', { names: { deployment: 'x' } as never }, 'UnknownProperty', 'names.deployment'],
    ['a Service whose name is none', { names: { headlessService: '1st' } }, 'InvalidName', 'names.headlessService'],
    ['a claim template whose name is none', { names: { claim: 'My_Data' } }, 'InvalidName', 'names.claim'],
    ['an empty selector', { selectorLabels: {} }, 'MissingValue', 'selectorLabels'],
    ['name and former id', { name: 'a', renamedFrom: 'b' }, 'ConflictingProperties', 'renamedFrom'],
    ['an unknown property', { replicas: 3 } as never, 'UnknownProperty', 'replicas'],
    ['a pod that runs as root', { pod: { user: 0 } as PodOptions }, 'PodSecurityViolation', 'pod.user'],
  ])('%s is refused', (_, props, code, property) => {
    expect(errorOf(() => orders(props))).toMatchObject({ code, constructPath: 'chart/orders', property });
  });

  test('a name that is too long for a StatefulSet\'s pods is refused', () => {
    expect(errorOf(() => orders({ name: 'a'.repeat(53) }))).toMatchObject({ code: 'InvalidName', property: 'name' });
  });

  test('a database and a service of one name in a namespace are refused: each would take the other\'s pods', () => {
    const chart = databaseChart();
    orders({}, chart);
    new ProductionService(chart, 'web', { ...MINIMAL, name: 'orders', names: { service: 'front', networkPolicy: 'front', serviceAccount: 'front' } });
    expect(() => synth(chart)).toThrow(/DuplicateIdentity/);
  });
});

describe('all props', () => {
  test('reach the objects; a new one breaks this test', () => {
    const chart = databaseChart();
    const all: Required<Omit<StatefulDatabaseProps, 'renamedFrom' | 'operator' | 'instances'>> = {
      engine: POSTGRES,
      storage: { size: STORAGE, storageClass: 'fast', accessMode: AccessMode.READ_WRITE_ONCE_POD },
      credentials: DatabaseCredentials.fromSecret('vault'),
      resources: Resources.guaranteed({ memory: Size.gibibytes(2) }),
      env: { LANG: 'C' },
      metrics: true,
      claimRetention: ClaimRetention.deleteWithDatabase('a preview for one pull request'),
      backups: [nightly()],
      restoreDrill: { schedule: '@weekly', check: 'SELECT 1' },
      names: { workload: 'n-set', container: 'n-container', service: 'n-service', headlessService: 'n-headless', claim: 'n-claim', networkPolicy: 'n-policy', serviceAccount: 'n-account' },
      selectorLabels: { app: 'n-orders' },
      placement: { nodeSelector: { disk: 'ssd' } },
      identity: Identity.own({ annotations: { who: 'me' } }),
      files: { '/etc/more.conf': 'a = 1' },
      sidecars: [{ name: 'side', image: 'registry.example.com/side:1.0.0' }],
      initContainers: [{ name: 'first', image: 'registry.example.com/first:1.0.0' }],
      pod: { user: 20001 },
      name: 'named',
      labels: { tier: 'data' },
      annotations: { note: 'a' },
      version: '9.9.9',
      component: 'store',
    };
    expect(Object.keys(all).sort()).toEqual(Object.keys(STATEFUL_DATABASE_PROPS).filter(key => !['renamedFrom', 'operator', 'instances'].includes(key)).sort());
    new StatefulDatabase(chart, 'orders', all);
    const manifests = synth(chart);
    const workload = one(manifests, 'StatefulSet', 'n-set');
    const text = JSON.stringify(workload);
    for (const part of [
      'fast', 'ReadWriteOncePod', 'vault', '2Gi', '"LANG"', 'n-container', 'n-headless', 'n-claim', 'n-account', 'n-orders', 'ssd', '/etc/more.conf', '"side"', '"first"', '20001', '"tier"', '"note"', '9.9.9', '"store"', 'metrics', 'Delete',
    ]) { expect(text).toContain(part); }
    expect(identities(manifests)).toEqual(expect.arrayContaining(['NetworkPolicy/n-policy', 'Service/n-headless', 'Service/n-service', 'ServiceAccount/n-account', 'CronJob/named-backup', 'CronJob/named-restore', 'CronJob/named-restore-drill']));
    expect(one(manifests, 'ServiceAccount', 'n-account').metadata.annotations).toEqual({ who: 'me' });
  });
});

describe('the members', () => {
  const database = orders({ metrics: true, identity: Identity.own({ permissions: [{ verbs: ['get'], resources: ['pods'] }] }) });
  test.each([
    ['workload', database.workload, 'StatefulSet'],
    ['service', database.service, 'Service'],
    ['headlessService', database.headlessService, 'Service'],
    ['networkPolicies', database.networkPolicies[0], 'NetworkPolicy'],
    ['serviceAccount', database.serviceAccount, 'ServiceAccount'],
    ['role', database.role, 'Role'],
    ['roleBinding', database.roleBinding, 'RoleBinding'],
    ['configMap', database.configMap, 'ConfigMap'],
  ] as const)('%s is of its kind and can be patched, by merge and by JSON patch', (_, member, kind) => {
    member!.patch({ metadata: { annotations: { patched: 'yes' } } });
    member!.addJsonPatch(JsonPatch.add('/metadata/annotations/again', 'yes'));
    expect(one(rendered(database), kind, member!.name).metadata.annotations).toMatchObject({ patched: 'yes', again: 'yes' });
  });

  test('are all the objects there are', () => {
    const { workload, service, headlessService, networkPolicies, serviceAccount, role, roleBinding, configMap } = database;
    const members = [workload, service!, headlessService!, ...networkPolicies, serviceAccount!, role!, roleBinding!, configMap!];
    expect(members.map(member => `${member.kind}/${member.name}`).sort()).toEqual(identities(rendered(database)));
  });

  test('cdk8s-plus can select the pods and name them in policies', () => {
    const one_ = orders();
    const config = one_.toPodSelectorConfig();
    expect(config.namespaces).toEqual({ names: ['shop'] });
    expect(one_.toPodSelector().toPodSelectorConfig()).toEqual(config);
    expect(one_.toNetworkPolicyPeerConfig().podSelector).toEqual(config);
  });
});

describe('synthesis', () => {
  test('twice gives the same', () => {
    const database = orders({ metrics: true, backups: [nightly()], restoreDrill: { schedule: '@weekly', check: 'SELECT 1' } });
    expect(rendered(database)).toEqual(rendered(database));
  });

  test('of two databases gives objects that do not collide', () => {
    const chart = databaseChart();
    orders({ backups: [nightly()] }, chart);
    new StatefulDatabase(chart, 'ledger', { engine: REDIS, storage: STORAGE, backups: [nightly()] });
    const all = identities(synth(chart));
    expect(new Set(all).size).toBe(all.length);
  });

  test('keeps names and selectors when the construct is renamed', () => {
    const chart = databaseChart();
    const renamed = new StatefulDatabase(chart, 'purchases', { engine: POSTGRES, storage: STORAGE, renamedFrom: 'orders' });
    expect(set(renamed)).toEqual(set(orders()));
  });
});

describe('findings', () => {
  const of = (props: Partial<StatefulDatabaseProps>, chart = databaseChart()) => Findings.of(orders(props, chart))
    .filter(finding => finding.constructPath === 'chart/orders').map(finding => finding.id);

  test('in production: one instance, no backup, no drill', () => {
    expect(of({})).toEqual(['run-more-than-one-replica', 'back-up-databases', 'restore-backups']);
    expect(of({ backups: [nightly()], restoreDrill: { schedule: '@weekly', check: 'SELECT 1' } })).toEqual(['run-more-than-one-replica']);
    expect(of({ instances: 3 })).toEqual(['back-up-databases', 'restore-backups']);
  });

  test('nowhere else', () => {
    expect(of({}, chartIn(Environment.development()))).toEqual([]);
  });
});

test('the fields that can never be changed are known', () => {
  expect(StatefulDatabase.IMMUTABLE_FIELDS).toEqual(['spec.podManagementPolicy', 'spec.selector', 'spec.serviceName', 'spec.volumeClaimTemplates']);
});
