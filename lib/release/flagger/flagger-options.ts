import { checkLabels } from '../../core/labels';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { checkWebAddress } from '../../core/web-address';

/** How Flagger runs in the cluster, and what it waits for. */
export interface FlaggerOptions {
  /**
   * Address that is asked at each interval, by POST, before the canary gets any pods; an answer of 200 lets it begin. Needed where the
   * steps begin with `pauseUntilPromoted()`. Such a gate is part of Flagger's load tester.
   *
   * @default - none
   * @see https://docs.flagger.app/usage/webhooks#manual-gating
   */
  readonly rolloutGate?: string;

  /**
   * The same before the new version becomes the primary one. Needed where the steps end with `pauseUntilPromoted()`, and for `Promotion.manual()`.
   *
   * @default - none
   * @see https://docs.flagger.app/usage/webhooks#manual-gating
   */
  readonly promotionGate?: string;

  /**
   * Percent of the requests that go back to the primary pods at each interval once these have the new version, 1 to 100: with
   * few requests left they were scaled down meanwhile, and all at once would be too many.
   *
   * @default - 25 where the service is autoscaled; else all at once
   */
  readonly promotionStep?: number;

  /**
   * Labels by which Flagger tells pods apart, in their order: what it was started with as `-selector-labels`.
   *
   * @default - Flagger's own: app, name, app.kubernetes.io/name
   */
  readonly selectorLabels?: string[];

  /**
   * Names of Secrets with credentials as Flagger reads them, by the kind of provider, such as `{ datadog: 'flagger-datadog' }`, in
   * the namespace of the release. Datadog and New Relic need one.
   *
   * @default - none
   * @see https://docs.flagger.app/usage/metrics
   */
  readonly secrets?: { readonly [provider: string]: string };

  /**
   * Whether Flagger gives the Deployment its pods back before the Canary goes: to be set and applied before a release is taken
   * away, because the pods that serve go with the Canary. Not for always: where the Deployment is deleted as well, Flagger waits for
   * it, and the Canary stays.
   *
   * @default false
   * @see https://docs.flagger.app/usage/how-it-works#canary-finalizers
   */
  readonly revertOnDeletion?: boolean;
}

const KNOWN: KnownProperties<FlaggerOptions> = { rolloutGate: true, promotionGate: true, promotionStep: true, selectorLabels: true, secrets: true, revertOnDeletion: true };

/** Flagger's, in their order. See https://docs.flagger.app/usage/how-it-works#canary-target */
const SELECTOR_LABELS = ['app', 'name', 'app.kubernetes.io/name'];

/** The options of a release, checked. @internal */
export interface CheckedFlaggerOptions extends FlaggerOptions {
  readonly selectorLabels: string[];
  readonly secrets: Readonly<Record<string, string>>;
}

/** @internal */
export function checkFlaggerOptions(at: PropertyPath, options: FlaggerOptions): CheckedFlaggerOptions {
  at.onlyKnown(options, KNOWN);
  for (const gate of ['rolloutGate', 'promotionGate'] as const) {
    if (options[gate] !== undefined) { checkWebAddress(at.at(gate), options[gate]); }
  }
  if (options.promotionStep !== undefined) { at.at('promotionStep').integer(options.promotionStep, 1, 100, 'give percent of the requests, such as 25'); }
  if (options.revertOnDeletion !== undefined) { at.at('revertOnDeletion').flag(options.revertOnDeletion); }
  const selectorLabels = at.at('selectorLabels').list(options.selectorLabels ?? SELECTOR_LABELS).map((label, i) => {
    checkLabels(at.at('selectorLabels'), { [at.at('selectorLabels').at(i).text(label, 'the key of a label')]: '' });
    return label;
  });
  const secrets = at.at('secrets').record(options.secrets ?? {}, 'names of Secrets by kinds of providers', "{ datadog: 'flagger-datadog' }");
  for (const [provider, secret] of Object.entries(secrets)) {
    at.at('secrets').at(provider).text(secret, 'the name of a Secret', /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
  }
  return { ...options, selectorLabels, secrets };
}

/** Seconds as Flagger's kinds take them: in minutes or seconds. @internal */
export function flaggerInterval(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
