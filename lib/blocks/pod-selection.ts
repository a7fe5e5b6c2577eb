import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/** Something that has pods: others may select them, and name them in policies. */
export abstract class PodSelection extends Construct implements kplus.IPodSelector, kplus.INetworkPolicyPeer {
  /** What selects all its pods. @internal */
  public abstract get _podLabels(): Readonly<Record<string, string>>;

  /** Namespace of the pods, where the chart names one. */
  public get namespace(): string | undefined {
    return Chart.of(this).namespace;
  }

  /** @see kplus.IPodSelector */
  public toPodSelectorConfig(): kplus.PodSelectorConfig {
    return {
      labelSelector: kplus.LabelSelector.of({ labels: { ...this._podLabels } }),
      namespaces: this.namespace === undefined ? undefined : { names: [this.namespace] },
    };
  }

  /** @see kplus.INetworkPolicyPeer */
  public toNetworkPolicyPeerConfig(): kplus.NetworkPolicyPeerConfig {
    return { podSelector: this.toPodSelectorConfig() };
  }

  /** @see kplus.INetworkPolicyPeer */
  public toPodSelector(): kplus.IPodSelector {
    return this;
  }
}
