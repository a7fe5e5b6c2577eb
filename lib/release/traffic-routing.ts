import { ReplicaRouting } from './replica-routing';
import type { ITrafficRouting } from '../core/traffic-routing';
import { AlbRouting, type AlbRoutingOptions } from '../integrations/aws-alb/alb-routing';
import { type ExistingAlbOptions, ExistingAlbRouting } from '../integrations/aws-alb/existing-alb-routing';
import { type ExistingGatewayApiOptions, ExistingGatewayApiRouting } from '../integrations/gateway-api/existing-gateway-api-routing';
import { GatewayApiRouting, type GatewayApiRoutingOptions } from '../integrations/gateway-api/gateway-api-routing';
import { type ExistingIstioOptions, ExistingIstioRouting } from '../integrations/istio/existing-istio-routing';
import { IstioRouting, type IstioRoutingOptions } from '../integrations/istio/istio-routing';
import { LinkerdRouting, type LinkerdRoutingOptions } from '../integrations/linkerd/linkerd-routing';
import { type ExistingNginxOptions, ExistingNginxRouting } from '../integrations/nginx/existing-nginx-routing';
import { NginxRouting, type NginxRoutingOptions } from '../integrations/nginx/nginx-routing';
import { SmiRouting, type SmiRoutingOptions } from '../integrations/smi/smi-routing';
import { type ExistingTraefikOptions, ExistingTraefikRouting } from '../integrations/traefik/existing-traefik-routing';
import { TraefikRouting, type TraefikRoutingOptions } from '../integrations/traefik/traefik-routing';

/**
 * Who splits the requests between two versions of a service. A route begins with 100 for the stable version and 0 for the
 * canary; what the controller makes of it is among the release's `ignoredDifferences`.
 */
export class TrafficRouting {
  /** Nobody: requests go to the pods evenly, so weights are as fine as the pods are many. Needs nothing of the cluster. */
  public static replicas(): ITrafficRouting {
    return new ReplicaRouting();
  }

  /**
   * Istio. Creates a VirtualService with a named route, and a DestinationRule where subsets are asked for. Needs
   * `mesh: MeshProfile.istio()` in the environment, and for Istio's gateways an exposed service. Header and mirror routes work.
   *
   * @param options what differs from the default
   */
  public static istio(options: IstioRoutingOptions = {}): ITrafficRouting {
    return new IstioRouting(options);
  }

  /** Istio, by a VirtualService that is made elsewhere. Creates nothing. @param options names of the objects */
  public static existingIstio(options: ExistingIstioOptions): ITrafficRouting {
    return new ExistingIstioRouting(options);
  }

  /**
   * Any implementation of the Gateway API. Creates an HTTPRoute, or a GRPCRoute where the main port speaks gRPC. Needs an
   * exposed service, and in the cluster the plugin `argoproj-labs/gatewayAPI` of Argo Rollouts with the right to change
   * routes. Header routes need the plugin from 0.13 and rules with names (Gateway API 1.4). Experiments work with HTTPRoutes.
   *
   * @param options the Gateways, and what differs from the default
   * @see https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/installation/
   */
  public static gatewayApi(options: GatewayApiRoutingOptions): ITrafficRouting {
    return new GatewayApiRouting(options);
  }

  /** The Gateway API, by routes that are made elsewhere. Creates nothing. @param options names of the routes */
  public static existingGatewayApi(options: ExistingGatewayApiOptions): ITrafficRouting {
    return new ExistingGatewayApiRouting(options);
  }

  /**
   * ingress-nginx. Creates an Ingress for the stable Service; the controller makes the one for the canary. Needs an exposed
   * service. The project behind ingress-nginx is being retired: see `gatewayApi` for what is new.
   *
   * @param options the hosts, and what differs from the default
   */
  public static nginx(options: NginxRoutingOptions): ITrafficRouting {
    return new NginxRouting(options);
  }

  /** ingress-nginx, by Ingresses that are made elsewhere. Creates nothing. @param options names of the Ingresses */
  public static existingNginx(options: ExistingNginxOptions): ITrafficRouting {
    return new ExistingNginxRouting(options);
  }

  /**
   * An Application Load Balancer of AWS. Creates an Ingress with the action that holds the weights. Needs an exposed service,
   * and among the environment's gateways the addresses of the load balancer's subnets; in the cluster the AWS Load Balancer
   * Controller, and better Argo Rollouts with `--aws-verify-target-group`. Header routes by whole values work.
   *
   * @param options what differs from the default
   */
  public static alb(options: AlbRoutingOptions = {}): ITrafficRouting {
    return new AlbRouting(options);
  }

  /** An Application Load Balancer of AWS, by Ingresses that are made elsewhere. Creates nothing. @param options names of the Ingresses */
  public static existingAlb(options: ExistingAlbOptions): ITrafficRouting {
    return new ExistingAlbRouting(options);
  }

  /**
   * Traefik 3. Creates a weighted TraefikService, and an IngressRoute that leads to it. Needs an exposed service.
   *
   * @param options the hosts, and what differs from the default
   */
  public static traefik(options: TraefikRoutingOptions): ITrafficRouting {
    return new TraefikRouting(options);
  }

  /** Traefik 3, by a TraefikService that is made elsewhere. Creates nothing. @param options its name */
  public static existingTraefik(options: ExistingTraefikOptions): ITrafficRouting {
    return new ExistingTraefikRouting(options);
  }

  /**
   * Linkerd, for callers in the mesh. Creates an HTTPRoute, or a GRPCRoute where the main port speaks gRPC, whose parent is
   * the Service. Needs `mesh: MeshProfile.linkerd()` in the environment, and in the cluster what `gatewayApi` needs.
   *
   * @param options what differs from the default
   */
  public static linkerd(options: LinkerdRoutingOptions = {}): ITrafficRouting {
    return new LinkerdRouting(options);
  }

  /**
   * A mesh that knows the Service Mesh Interface, which is no longer developed. Creates nothing: the controller makes the
   * TrafficSplit. Needs a mesh in the environment.
   *
   * @param options what differs from the default
   */
  public static smi(options: SmiRoutingOptions = {}): ITrafficRouting {
    return new SmiRouting(options);
  }

  private constructor() {}
}
