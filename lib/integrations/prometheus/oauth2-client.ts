import { secretArgument } from '../../core/http-headers';
import type { MeasurementSecret } from '../../core/measurement';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { checkWebAddress } from '../../core/web-address';

/** A client that gets its token by its own credentials (RFC 6749, 4.4). */
export interface OAuth2Client {
  /** Address of the server that gives tokens. */
  readonly tokenUrl: string;
  /** Name of the client. */
  readonly clientId: string;
  /** Name of the Secret with the client's secret, in the namespace of the release. */
  readonly secret: string;
  /** Key in that Secret. */
  readonly secretKey: string;
  /**
   * What the token is for.
   *
   * @default - the server's choice
   */
  readonly scopes?: string[];
}

const KNOWN: KnownProperties<OAuth2Client> = { tokenUrl: true, clientId: true, secret: true, secretKey: true, scopes: true };

/** @internal */
export function renderOAuth2(at: PropertyPath, client: OAuth2Client): { readonly fields: object; readonly secrets: readonly MeasurementSecret[] } {
  at.onlyKnown(client, KNOWN);
  const secret = secretArgument(at, client.secret, client.secretKey);
  return {
    fields: {
      clientId: at.at('clientId').text(client.clientId, 'the name of the client'),
      clientSecret: `{{args.${secret.argument}}}`,
      ...client.scopes === undefined ? {} : { scopes: at.at('scopes').list(client.scopes).map((scope, i) => at.at('scopes').at(i).text(scope, 'the name of a scope')) },
      tokenUrl: checkWebAddress(at.at('tokenUrl'), client.tokenUrl),
    },
    secrets: [secret],
  };
}
