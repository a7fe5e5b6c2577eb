import type { Connection, ConnectionLogin } from '../core/connection';
import type { IEnvVar } from '../core/kubernetes';
import type { KnownProperties, PropertyPath } from '../core/property-path';
import type { SecretValue } from '../core/secret-value';

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
   * Variable for the name of the database, where the target is one.
   *
   * @default - none
   */
  readonly database?: string;

  /**
   * Variable for the user's name, by reference to the target's Secret.
   *
   * @default - none
   */
  readonly username?: string;

  /**
   * Variable for the password, by reference to the target's Secret.
   *
   * @default - none
   */
  readonly password?: string;

  /**
   * Variable for an address of all that, such as `http://catalog:80`, or `postgres://$(DB_USERNAME):$(DB_PASSWORD)@db:5432/shop`,
   * which Kubernetes completes when the container starts. Such a password must need no escaping in an address: letters and digits.
   *
   * @default - none
   */
  readonly url?: string;

  /**
   * Scheme of the address.
   *
   * @default - the target's, such as postgres; http where it has none
   */
  readonly scheme?: string;
}

const KNOWN: KnownProperties<ConnectionVariableNames> = { host: true, port: true, database: true, username: true, password: true, url: true, scheme: true };

const NAME = 'the name of an environment variable, such as DB_HOST';

/** Under which names a caller finds the address of what it connects to. */
export class ConnectionVariables {
  /**
   * `<PREFIX>_HOST` and `<PREFIX>_PORT`, and for a database `<PREFIX>_DATABASE`, `<PREFIX>_USERNAME` and `<PREFIX>_PASSWORD`.
   *
   * @param prefix such as `DB`
   */
  public static prefix(prefix: string): ConnectionVariables {
    return new ConnectionVariables(connection => prefixed(prefix, connection),
      at => at.at('prefix').text(prefix, 'a prefix such as DB: letters, digits and "_"', /^[A-Za-z_][A-Za-z0-9_]*$/));
  }

  /** Names of your own. @param names such as `{ url: 'CATALOG_URL' }` */
  public static named(names: ConnectionVariableNames): ConnectionVariables {
    return new ConnectionVariables(() => names);
  }

  /** No variables: the application knows the address. */
  public static none(): ConnectionVariables {
    return new ConnectionVariables(() => ({}));
  }

  private constructor(private readonly namesFor: (connection: Connection) => ConnectionVariableNames, private readonly checkGiven?: (at: PropertyPath) => void) {}

  /**
   * @param namespace the caller's
   * @internal
   */
  public _render(at: PropertyPath, connection: Connection, namespace?: string): AddedVariable[] {
    this.checkGiven?.(at);
    const given = this.namesFor(connection);
    const names = at.onlyKnown(withLogin(given, connection), KNOWN);
    const isFar = connection.login !== undefined && connection.login.namespace !== namespace;
    if (isFar && given?.url !== undefined && (names.password !== given.password || names.username !== given.username)) {
      at.at('url').refuse('MissingValue', {
        value: given.url,
        allowed: `an address with its login where the Secret '${connection.login?.password?.secret ?? ''}' is; here is another namespace`,
        fix: 'put a copy of the Secret into this namespace, and name the variables of the login: { url, username, password }',
      });
    }
    if (names.scheme !== undefined) { at.at('scheme').text(names.scheme, 'a scheme such as http, https or postgres, without "://"', /^[a-z][a-z0-9+.-]*$/); }
    const { host, port, login } = connection;
    const values: Readonly<Record<Exclude<keyof ConnectionVariableNames, 'scheme'>, Partial<IEnvVar> | undefined>> = {
      host: host === undefined ? undefined : { value: host },
      port: { value: String(port.servicePort) },
      database: login?.database === undefined ? undefined : { value: login.database },
      username: reference(login?.username),
      password: reference(login?.password),
      url: host === undefined ? undefined : { value: addressOf(names, connection) },
    };
    const wanted = (Object.keys(values) as (keyof typeof values)[]).filter(key => names[key] !== undefined);
    for (const key of wanted) { at.at(key).text(names[key], NAME, /^[A-Za-z_][A-Za-z0-9_]*$/); }
    const twice = wanted.find((key, i) => wanted.findIndex(other => names[other] === names[key]) !== i);
    if (twice !== undefined) { at.refuse('EnvironmentVariableConflict', { value: names[twice], allowed: 'each name once', fix: 'give each of host, port and url a name of its own' }); }
    return wanted.map((key) => {
      const value = values[key];
      if (value === undefined && (key === 'host' || key === 'url')) {
        at.refuse('MissingValue', { value: names[key], allowed: 'variables for a host only where one is known', fix: "name it: ExternalEndpoint.pods(labels, port, { host: 'database' })" });
      }
      if (value === undefined) {
        return at.at(key).refuse('MissingValue', { value: names[key], allowed: `a target that has a ${key}; '${connection.name}' has none`, fix: 'leave it out' });
      }
      if (login !== undefined && value.valueFrom !== undefined && namespace !== login.namespace && this.isGuess) { return undefined; }
      return { variable: { name: names[key]!, ...value }, isComposed: key === 'url' && login !== undefined };
    }).filter(added => added !== undefined);
  }

  /** Whether nobody has named the variables one by one. */
  private get isGuess(): boolean {
    return this.checkGiven !== undefined;
  }
}

/** A variable that a connection adds. @internal */
export interface AddedVariable {
  readonly variable: IEnvVar;
  /** Whether it holds $(NAME) of others, which have to come before it. */
  readonly isComposed: boolean;
}

/**
 * `PAYMENTS_DB_HOST` and so on for a target named `payments-db`; without a host, only the port means nothing, so none.
 *
 * @internal
 */
export function defaultVariables(connection: Connection): ConnectionVariables {
  return connection.host === undefined || connection.name === '' ? ConnectionVariables.none() : ConnectionVariables.prefix(prefixFor(connection));
}

function prefixFor({ name }: Connection): string {
  const words = name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return /^\d/.test(words) ? `_${words}` : words;
}

function prefixed(prefix: string, { login }: Connection): ConnectionVariableNames {
  return {
    host: `${prefix}_HOST`,
    port: `${prefix}_PORT`,
    ...login?.database === undefined ? {} : { database: `${prefix}_DATABASE` },
    ...login?.username === undefined ? {} : { username: `${prefix}_USERNAME` },
    ...login?.password === undefined ? {} : { password: `${prefix}_PASSWORD` },
  };
}

/** An address that holds name and password is made of variables, so these are set, too. */
function withLogin(names: ConnectionVariableNames, connection: Connection): ConnectionVariableNames {
  if (names?.url === undefined) { return names; }
  const { username, password } = prefixed(prefixFor(connection), connection);
  return { ...username === undefined ? {} : { username }, ...password === undefined ? {} : { password }, ...names };
}

function addressOf(names: ConnectionVariableNames, { host, port, login }: Connection): string {
  const scheme = names.scheme ?? login?.scheme ?? 'http';
  return `${scheme}://${userOf(names, login)}${host!}:${port.servicePort}${login?.database === undefined ? '' : `/${login.database}`}`;
}

function userOf(names: ConnectionVariableNames, login: ConnectionLogin | undefined): string {
  if (login?.password === undefined) { return ''; }
  return `${login.username === undefined ? '' : `$(${names.username!})`}:$(${names.password!})@`;
}

function reference(value: SecretValue | undefined): Partial<IEnvVar> | undefined {
  return value === undefined ? undefined : { valueFrom: { secretKeyRef: { key: value.key, name: value.secret } } };
}
