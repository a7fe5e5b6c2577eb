import { Chart, Duration } from 'cdk8s';
import {
  Analysis, BlueGreenDeployments, type BlueGreenReleaseProps, CanaryDeployments, type CanaryDeploymentsProps, type CanaryReleaseProps, CanaryScale, CanaryStep, Colour, DeploymentMigration,
  Environment, type ExperimentOptions, type ExperimentPods, Findings, type IReleaseStrategy, MeshProfile, type MirrorMatch, type MirrorRouteOptions, PodSet, Promotion, ReleaseController,
  Replicas, StringMatch, TrafficRouting,
} from 'cdk8s-production';
import { defaultsOf } from './default';
import type { JsonObject } from '../../../lib/core/merge';
import { plain, SUCCESS } from '../../helpers/analysis';
import { errorOf, identities, type Manifest, MINIMAL, one, synth } from '../../helpers/manifests';
import { blueGreen, canary, meshChart, objectsOf, rolloutOf, routed, strategyOf } from '../../helpers/release';
import { chartIn, web } from '../../helpers/service';

const NEXT = 'registry.example.com/shop/web:2.0.0';
const relaxed = (): Chart => chartIn(Environment.development({ mesh: MeshProfile.istio() }));
const found = (props: Partial<CanaryReleaseProps>, chart?: Chart): string[] => Findings.of(Chart.of(canary(props, {}, chart))).map(({ id }) => id);
const equal = (first: Partial<CanaryReleaseProps>, second: Partial<CanaryReleaseProps>): void => { expect(objectsOf(canary(first))).toEqual(objectsOf(canary(second))); };
const equalBlueGreen = (props: Partial<BlueGreenReleaseProps>): void => { expect(objectsOf(blueGreen())).toEqual(objectsOf(blueGreen(props))); };
const stepOf = (step: CanaryStep): Manifest => strategyOf(routed({ steps: [CanaryStep.setWeight(20), step] })).steps[1];
const mirror = (match: MirrorMatch, options: Partial<MirrorRouteOptions> = {}): Manifest => stepOf(CanaryStep.setMirrorRoute({ name: 'shadow', match: [match], ...options })).setMirrorRoute;
const experiment = (options: Partial<ExperimentOptions>, pods: Partial<ExperimentPods> = {}): Manifest =>
  stepOf(CanaryStep.experiment({ pods: [{ name: 'next', from: PodSet.CANARY, ...pods }], duration: Duration.minutes(5), ...options })).experiment;
const pair = (previewServiceName?: string) => {
  const service = web();
  return new BlueGreenDeployments(Chart.of(service), 'release', { service, active: Colour.BLUE, images: { blue: MINIMAL.image, green: NEXT }, previewServiceName });
};
const split = (props: Partial<CanaryDeploymentsProps> = {}, replicas?: Replicas) => {
  const service = web({ replicas }, meshChart());
  return synth(Chart.of(new CanaryDeployments(Chart.of(service), 'release', { service, canary: { image: NEXT }, weight: 10, ...props })));
};
const replicasOfCanary = (replicas?: Replicas): unknown => one(split({}, replicas), 'Deployment', 'web-canary').spec.replicas;
/** A strategy that says as little as it may. */
const strategy = (more: Partial<IReleaseStrategy> = {}): IReleaseStrategy => ({
  description: 'a test', apiVersion: 'example.com/v1', kind: 'Rollout', revisionLabel: 'revision', renderSpec: (common: JsonObject) => common, ...more,
});
const strategic = (more: Partial<IReleaseStrategy> = {}) => {
  const service = web();
  service.releaseWith(strategy(more));
  return synth(Chart.of(service));
};
const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };

export const RELEASE_DEFAULTS = [
  ...defaultsOf('ReleaseProps', {
    controller: ['ReleaseController.argoRollouts()', () => {
      equal({}, { controller: ReleaseController.argoRollouts() });
      equalBlueGreen({ controller: ReleaseController.argoRollouts() });
    }],
    scaleDownDelay: ['- 60 s; none without a router, where the old pods go one by one', () => {
      expect([strategyOf(routed()).scaleDownDelaySeconds, strategyOf(blueGreen()).scaleDownDelaySeconds]).toEqual([60, 60]);
      expect(strategyOf(canary())).not.toHaveProperty('scaleDownDelaySeconds');
    }],
    abortScaleDownDelay: ['- the controller\'s 30 s', () => [routed(), blueGreen()].forEach(release => expect(strategyOf(release)).not.toHaveProperty('abortScaleDownDelaySeconds'))],
    progressDeadlineAbort: ['true', () => expect([rolloutOf(canary()), rolloutOf(blueGreen())].map(spec => spec.progressDeadlineAbort)).toEqual([true, true])],
    rollbackWindow: ['- 3, or all that the service keeps if they are fewer', () => expect([5, 3, 1].map(revisionHistoryLimit => rolloutOf(canary({}, { rollout: { revisionHistoryLimit } })).rollbackWindow.revisions)).toEqual([3, 3, 1])],
    antiAffinity: ['- pods may share nodes', () => [canary(), blueGreen()].forEach(release => expect(strategyOf(release)).not.toHaveProperty('antiAffinity'))],
    migration: ['- there is none, or the way is over', () => {
      const migration = DeploymentMigration.fromRunning(5);
      for (const [without, during] of [[canary(), canary({ migration })], [blueGreen(), blueGreen({ migration })]] as const) {
        expect([identities(objectsOf(without)).includes('Deployment/web'), rolloutOf(without).template === undefined]).toEqual([false, false]);
        expect([identities(objectsOf(during)).includes('Deployment/web'), rolloutOf(during).template === undefined]).toEqual([true, true]);
      }
    }],
  }),
  ...defaultsOf('CanaryReleaseProps', {
    traffic: ['- nobody, TrafficRouting.replicas(): the share of pods is the share of requests', () => {
      equal({}, { traffic: TrafficRouting.replicas() });
      expect(strategyOf(canary())).not.toHaveProperty('trafficRouting');
    }],
    analysis: ['- nothing, and a finding where availability is high and no step judges either', () => {
      expect(strategyOf(canary())).not.toHaveProperty('analysis');
      expect([found({}), found({}, relaxed()), found({ steps: [CanaryStep.setWeight(25), CanaryStep.analysis(Analysis.inline({ metrics: [plain('orders')] }))] })]).toEqual([['judge-the-canary'], [], []]);
    }],
    minPodsPerReplicaSet: ['- 2 where availability is high: one pod is no sample, and a node\'s end would be the canary\'s; else 1', () => {
      expect([strategyOf(routed()), strategyOf(canary({ traffic: TrafficRouting.istio() }, {}, relaxed()))].map(({ minPodsPerReplicaSet }) => minPodsPerReplicaSet)).toEqual([2, 1]);
    }],
    dynamicStableScale: ['false', () => {
      expect(strategyOf(routed())).not.toHaveProperty('dynamicStableScale');
      expect(objectsOf(routed())).toEqual(objectsOf(routed({ dynamicStableScale: false })));
    }],
    canaryMetadata: ['- none', () => expect(strategyOf(canary())).not.toHaveProperty('canaryMetadata')],
    stableMetadata: ['- none', () => expect(strategyOf(canary())).not.toHaveProperty('stableMetadata')],
    expectedTraffic: ['- unknown, and nothing is refused for it', () => {
      const steps = [CanaryStep.setWeight(1), CanaryStep.pause(Duration.seconds(1))];
      expect(() => routed({ steps })).not.toThrow();
      expect(errorOf(() => routed({ steps, expectedTraffic: { requestsPerSecond: 1 } })).code).toBe('ReleaseTooThin');
    }],
    serviceNames: ['- after the service', () => expect(strategyOf(canary({}, { names: { service: 'front' } }))).toMatchObject({ stableService: 'front-stable', canaryService: 'front-canary' })],
  }),
  ...defaultsOf('CanaryServiceNames', {
    stable: ['- the service\'s name and `-stable`', () => expect(strategyOf(canary({ serviceNames: { canary: 'next' } })).stableService).toBe('web-stable')],
    canary: ['- the service\'s name and `-canary`', () => expect(strategyOf(canary({ serviceNames: { stable: 'current' } })).canaryService).toBe('web-canary')],
  }),
  ...defaultsOf('PodMetadata', {
    labels: ['- none', () => expect(strategyOf(canary({ canaryMetadata: { annotations: { a: 'b' } } })).canaryMetadata).toEqual({ annotations: { a: 'b' } })],
    annotations: ['- none', () => expect(strategyOf(canary({ canaryMetadata: { labels: { a: 'b' } } })).canaryMetadata).toEqual({ labels: { a: 'b' } })],
  }),
  ...defaultsOf('ExpectedTraffic', {
    minimumRequests: ['100', () => {
      const thin = (requestsPerSecond: number) => () => routed({ steps: [CanaryStep.setWeight(10), CanaryStep.pause(Duration.seconds(100))], expectedTraffic: { requestsPerSecond } });
      expect(thin(10)).not.toThrow();
      expect(errorOf(thin(9)).allowed).toBe('at least 100 requests at each weight, at 9 a second');
    }],
  }),
  ...defaultsOf('MirrorMatch', {
    method: ['- any', () => expect(mirror({ path: StringMatch.exact('/') }).match).toEqual([{ path: { exact: '/' } }])],
    path: ['- any', () => expect(mirror({ method: StringMatch.exact('GET') }).match).toEqual([{ method: { exact: 'GET' } }])],
    headers: ['- any', () => expect(mirror({ method: StringMatch.exact('GET') }).match[0]).not.toHaveProperty('headers')],
  }),
  ...defaultsOf('MirrorRouteOptions', { percent: ['100', () => expect(mirror({ method: StringMatch.exact('GET') }).percentage).toBe(100)] }),
  ...defaultsOf('ExperimentOptions', {
    duration: ['- until the analysis has ended', () => {
      expect(experiment({ duration: undefined, analysis: Analysis.inline({ metrics: [plain('orders')] }) })).not.toHaveProperty('duration');
      expect(errorOf(() => experiment({ duration: undefined })).code).toBe('ReleaseNeverFinishes');
    }],
    analysis: ['- nothing: somebody looks', () => expect(experiment({})).not.toHaveProperty('analyses')],
  }),
  ...defaultsOf('ExperimentPods', {
    replicas: ['1', () => expect(experiment({}).templates[0].replicas).toBe(1)],
    weight: ['- none: only what the service\'s plain selector gives them', () => expect(experiment({}).templates[0]).not.toHaveProperty('weight')],
  }),
  ...defaultsOf('BlueGreenReleaseProps', {
    prePromotionAnalysis: ['- nothing: its pods have to be available', () => expect(strategyOf(blueGreen())).not.toHaveProperty('prePromotionAnalysis')],
    postPromotionAnalysis: ['- nothing', () => expect(strategyOf(blueGreen())).not.toHaveProperty('postPromotionAnalysis')],
    promotion: ['Promotion.automatic()', () => {
      equalBlueGreen({ promotion: Promotion.automatic() });
      expect(strategyOf(blueGreen()).autoPromotionEnabled).toBe(true);
    }],
    previewReplicas: ['- as many as the service has', () => {
      expect(strategyOf(blueGreen())).not.toHaveProperty('previewReplicaCount');
      expect(blueGreen().timeline(7).steps[0]).toMatchObject({ canaryPods: 7, stablePods: 7 });
    }],
    previewMetadata: ['- none', () => expect(strategyOf(blueGreen())).not.toHaveProperty('previewMetadata')],
    activeMetadata: ['- none', () => expect(strategyOf(blueGreen())).not.toHaveProperty('activeMetadata')],
    previewServiceName: ['- the service\'s name and `-preview`', () => expect(strategyOf(blueGreen({}, { names: { service: 'front' } })).previewService).toBe('front-preview')],
  }),
  ...defaultsOf('BlueGreenDeploymentsProps', {
    previewServiceName: ['- the service\'s name and `-preview`', () => expect([pair().previewService.name, pair('next').previewService.name]).toEqual(['web-preview', 'next'])],
  }),
  ...defaultsOf('CanaryDeploymentsProps', {
    headers: ['- none', () => expect(one(split(), 'VirtualService').spec.http.map(({ name }: Manifest) => name)).toEqual(['default'])],
    subsets: ['- the service\'s name; `stable` and `canary`', () => {
      const { metadata, spec } = one(split(), 'DestinationRule');
      expect([metadata.name, ...spec.subsets.map(({ name }: Manifest) => name)]).toEqual(['web', 'stable', 'canary']);
    }],
  }),
  ...defaultsOf('CanaryVersion', {
    replicas: ['- as many as the service, by an autoscaler of its own where the service has one', () => {
      expect([replicasOfCanary(Replicas.fixed(4)), replicasOfCanary()]).toEqual([4, undefined]);
      expect(one(split(), 'HorizontalPodAutoscaler', 'web-canary').spec.scaleTargetRef.name).toBe('web-canary');
    }],
  }),
  ...defaultsOf('BackgroundAnalysisOptions', {
    startingStep: ['- the first at which the canary has its share of the requests', () => {
      const starting = (steps?: CanaryStep[]): unknown => strategyOf(routed({ steps, analysis: Analysis.background({ metrics: [SUCCESS] }) })).analysis.startingStep;
      expect([starting(), starting([CanaryStep.setCanaryScale(CanaryScale.replicas(1)), CanaryStep.setWeight(5), CanaryStep.pause(Duration.minutes(10))])]).toEqual([1, 2]);
    }],
  }),
  ...defaultsOf('IReleaseStrategy', {
    nameSuffix: ['- the name as it is', () => expect([one(strategic(), 'Rollout').metadata.name, one(strategic({ nameSuffix: '-blue' }), 'Rollout').metadata.name]).toEqual(['web', 'web-blue'])],
    podLabels: ['- none', () => {
      expect(one(strategic(), 'Rollout').spec.selector).toEqual({ matchLabels: SELECTOR });
      expect(one(strategic({ podLabels: { colour: 'blue' } }), 'Rollout').spec.selector).toEqual({ matchLabels: { ...SELECTOR, colour: 'blue' } });
    }],
    sharedLabels: ['- the service\'s selector', () => {
      const budget = (more?: Partial<IReleaseStrategy>): Manifest => one(strategic(more), 'PodDisruptionBudget').spec.selector.matchLabels;
      expect([budget(), budget({ sharedLabels: { 'app.kubernetes.io/name': 'web' } })]).toEqual([SELECTOR, { 'app.kubernetes.io/name': 'web' }]);
    }],
  }),
];
