/**
 * What a snippet of the documentation may use without saying where it comes from, beside everything that `cdk8s-production` exports.
 *
 * A snippet that imports from `cdk8s-production` stands alone, as a file of a user does, and gets nothing of this.
 * A name that a snippet declares or imports is its own, whatever it is here.
 */
import type { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import type { Environment, Health, ProductionService, StatefulDatabase } from 'cdk8s-production';

export { ApiObject, App, Chart, Duration, JsonPatch, Size, Testing } from 'cdk8s';
export { Construct } from 'constructs';
export { kplus };

/** The application. */
export declare const app: App;
/** A chart in the namespace `payments`. */
export declare const chart: Chart;
/** A service with an image, the port 8080 and a health check. */
export declare const payments: ProductionService;
/** Another such service, for connections. */
export declare const orders: ProductionService;
/** A database of that chart. */
export declare const database: StatefulDatabase;
/** Where the cluster is described. */
export declare const environment: Environment;
/** An image with a full version. */
export declare const image: string;
/** How the service at hand is asked whether it is well. */
export declare const health: Health;
