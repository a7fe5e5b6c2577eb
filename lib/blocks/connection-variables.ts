import type { Connection } from '../core/connection';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** The names an application wants. */
export interface ConnectionVariableNames {
  /**
   * Variable for the host name.
   *
   * @default - none
   */
  readonly host?: string;

  /**
   * Variable for the port number.
   *
   * @default - none
   */
  readonly port?: string;

  /**
   * Variable for an address of both, such as `http://catalog:80`.
   *
   * @default - none
   */
  readonly url?: string;

  /**
   * Scheme of the address.
   *
   * @default http
   */
  readonly scheme?: string;
}

const KNOWN: KnownProperties<ConnectionVariableNames> = { host: true, port: true, url: true, scheme: true };

const NAME = 'the name of an environment variable, such as DB_HOST';

/** Under which names a caller finds the address of what it connects to. */
export class ConnectionVariables {
  /** `<PREFIX>_HOST` and `<PREFIX>_PORT`. @param prefix such as `DB` */
  public static prefix(prefix: string): ConnectionVariables {
    return new ConnectionVariables({ host: `${prefix}_HOST`, port: `${prefix}_PORT` }, at => at.at('prefix').text(prefix, 'a prefix such as DB: letters, digits and "_"', /^[A-Za-z_][A-Za-z0-9_]*$/));
  }

  /** Names of your own. @param names such as `{ url: 'CATALOG_URL' }` */
  public static named(names: ConnectionVariableNames): ConnectionVariables {
    return new ConnectionVariables(names);
  }

  /** No variables: the application knows the address. */
  public static none(): ConnectionVariables {
    return new ConnectionVariables({});
  }

  private constructor(private readonly names: ConnectionVariableNames, private readonly checkGiven?: (at: PropertyPath) => void) {}

  /** @internal */
  public _render(at: PropertyPath, connection: Connection): Map<string, string> {
    const { names } = this;
    this.checkGiven?.(at);
    at.onlyKnown(names, KNOWN);
    if (names.scheme !== undefined) { at.at('scheme').text(names.scheme, 'a scheme such as http, https or postgres, without "://"', /^[a-z][a-z0-9+.-]*$/); }
    for (const key of ['host', 'port', 'url'] as const) {
      if (names[key] !== undefined) { at.at(key).text(names[key], NAME, /^[A-Za-z_][A-Za-z0-9_]*$/); }
    }
    const wanted = [names.host, names.port, names.url].filter(name => name !== undefined);
    const twice = wanted.find((name, i) => wanted.indexOf(name) !== i);
    if (twice !== undefined) { at.refuse('EnvironmentVariableConflict', { value: twice, allowed: 'each name once', fix: 'give each of host, port and url a name of its own' }); }
    const { host, port } = connection;
    if (host === undefined && (names.host ?? names.url) !== undefined) {
      at.refuse('MissingValue', { value: names.host ?? names.url, allowed: 'variables for a host only where one is known', fix: "name it: ExternalEndpoint.pods(labels, port, { host: 'database' })" });
    }
    return new Map([
      ...names.host === undefined ? [] : [[names.host, host!] as const],
      ...names.port === undefined ? [] : [[names.port, String(port.servicePort)] as const],
      ...names.url === undefined ? [] : [[names.url, `${names.scheme ?? 'http'}://${host!}:${port.servicePort}`] as const],
    ]);
  }
}

/**
 * `PAYMENTS_DB_HOST` and `PAYMENTS_DB_PORT` for a target named `payments-db`; without a host, only the port means nothing, so none.
 *
 * @internal
 */
export function defaultVariables(connection: Connection): ConnectionVariables {
  if (connection.host === undefined || connection.name === '') { return ConnectionVariables.none(); }
  const name = connection.name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return ConnectionVariables.prefix(/^\d/.test(name) ? `_${name}` : name);
}
