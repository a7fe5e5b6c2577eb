import { Duration } from 'cdk8s';
import type { OperatedEngine } from './engine';
import type { ConfigFiles } from '../../blocks/config-files';
import { checkImage } from '../../core/image-reference';
import type { PropertyPath } from '../../core/property-path';

/** What every engine with an official image has in common. */
export interface EngineOptions {
  /**
   * Full version of the engine, such as `16.4` for PostgreSQL or `8.4.3` for MySQL. A new major version needs steps that no
   * restart does: dump and restore, or the engine's own upgrade.
   */
  readonly version: string;

  /**
   * Image that runs the engine, where the official one is not meant: a mirror with a path of its own, or one with extensions.
   * It must behave as the official one does: entry point, paths, tools.
   *
   * @default - the official image of that version
   */
  readonly image?: string;

  /**
   * Settings of the server by their names in its documentation, such as `{ max_connections: '200' }`. They win over what is derived from the memory limit.
   *
   * @default - derived from the memory limit
   */
  readonly parameters?: { readonly [name: string]: string };

  /**
   * How long the server may take to start before it is restarted, whole seconds up to 1 hour: a recovery after a crash, and the scripts of the first start.
   *
   * @default Duration.minutes(15)
   */
  readonly startupBudget?: Duration;

  /**
   * Image of the metrics exporter, with a full version.
   *
   * @default - the exporter that the engine's users know, in a version that was read
   */
  readonly exporterImage?: string;
}

/** Scripts of the first start. */
export interface InitScripts {
  /** Content of the file. */
  readonly [fileName: string]: string;
}

/** Names of the options every engine has. @internal */
export const ENGINE_OPTIONS = { version: true, image: true, parameters: true, startupBudget: true, exporterImage: true } as const satisfies Readonly<Record<keyof EngineOptions, true>>;

/** Where the entry points of the official images look for scripts of the first start. */
const INIT_FOLDER = '/docker-entrypoint-initdb.d';

/** The script that makes the application's user. @internal */
export const APPLICATION_SCRIPT = '00-application';

/** The image: the official one of a checked version, or another that cannot move. @internal */
export function engineImage(at: PropertyPath, options: EngineOptions, repository: string, version: RegExp, example: string): string {
  at.at('version').text(options.version, `a full version, such as ${example}`, version);
  if (options.exporterImage !== undefined) { checkImage(at.at('exporterImage'), options.exporterImage, undefined); }
  if (options.image === undefined) { return `${repository}:${options.version}`; }
  const image = checkImage(at.at('image'), options.image, undefined);
  // Of another repository the tag may count something else.
  const told = image.repository.endsWith(`/${repository}`) || image.repository === repository ? /^[\d.]+/.exec(image.tag ?? '')?.[0] : undefined;
  if (told !== undefined && told !== options.version) {
    at.at('image').refuse('ConflictingProperties', { value: options.image, allowed: `an image of version ${options.version}, as "version" says: another one may not start on the files that are there`, fix: 'make both the same' });
  }
  return image.toString();
}

/** The name of the application's database; short enough for the names that a restore makes of it. @internal */
export function databaseName(at: PropertyPath, name: string | undefined, taken: readonly string[]): string {
  if (name === undefined) { return 'app'; }
  at.text(name, 'letters, digits, "_" and "-", at most 48, first a letter', /^[A-Za-z][A-Za-z0-9_-]{0,47}$/);
  if (taken.includes(name.toLowerCase())) {
    at.refuse('InvalidName', { value: name, allowed: `another name than the engine's own: ${taken.join(', ')}`, fix: 'name it after the application' });
  }
  return name;
}

/**
 * Settings of the server: what is derived, and over it what the user says, by name.
 *
 * @param fixed settings that the construct itself relies on, and why
 * @internal
 */
export function serverSettings(at: PropertyPath, derived: Readonly<Record<string, string>>, given: EngineOptions['parameters'], pattern: RegExp, fixed: Readonly<Record<string, string>>): [name: string, value: string][] {
  const settings = new Map(Object.entries(derived));
  for (const [name, value] of Object.entries(given === undefined ? {} : at.record(given, 'texts by the names of settings', "{ max_connections: '200' }"))) {
    const here = at.at(name);
    if (!pattern.test(name)) { here.refuse('InvalidName', { value: name, allowed: `a setting's name as the server's documentation writes it (${pattern.source})`, fix: 'correct the name' }); }
    const reason = fixed[name.toLowerCase()];
    if (reason !== undefined) { here.refuse('ConflictingProperties', { value, allowed: `not this setting: ${reason}`, fix: 'leave it out' }); }
    if (/[\0\r\n]/.test(here.literal(value))) { here.refuse('InvalidValue', { value, allowed: 'a text of one line', fix: 'write it on one line' }); }
    settings.set(name, value);
  }
  return [...settings].sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Scripts of the first start, where the entry point looks for them. It runs them in the order of their names, and passes over
 * what it does not know.
 *
 * @param endings what the entry point runs, without packed files: a ConfigMap holds text
 * @internal
 */
export function initFiles(at: PropertyPath, scripts: InitScripts | undefined, endings: readonly string[], own: ConfigFiles): ConfigFiles {
  const files: Record<string, string> = { ...own };
  for (const [name, content] of Object.entries(scripts === undefined ? {} : at.record(scripts, 'scripts by the names of files', "{ '10-schema.sql': 'CREATE TABLE …' }"))) {
    const here = at.at(name);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) || !endings.some(ending => name.endsWith(ending))) {
      here.refuse('InvalidName', { value: name, allowed: `a file name of letters, digits, "." , "_" and "-" that ends with ${endings.join(' or ')}: the image's entry point runs no other`, fix: `rename it, such as 10-schema${endings[0]}` });
    }
    if (name.startsWith('00')) {
      here.refuse('InvalidName', { value: name, allowed: "a name that comes after 00-application, which makes the application's user", fix: `rename it, such as 10-${name.replace(/^0+-?/, '')}` });
    }
    files[initPath(name)] = here.text(content, 'the content of the script');
  }
  return files;
}

/** @internal */
export function initPath(name: string): string {
  return `${INIT_FOLDER}/${name}`;
}

/** Refuses what is too little for the server to start. @internal */
export function leastMemory(at: PropertyPath, limit: number, least: number, server: string): void {
  if (limit < least) {
    at.refuse('InvalidValue', { value: `a memory limit of ${limit} MiB`, allowed: `at least ${least} MiB: ${server} needs that before it holds any data`, fix: `raise the memory limit in "resources": Resources.guaranteed({ memory: Size.mebibytes(${least}) })` });
  }
}

/** @internal */
export function startupBudget(options: Pick<EngineOptions, 'startupBudget'>): Duration {
  return options.startupBudget ?? Duration.minutes(15);
}

/**
 * What an operator that a user brings has to know. Its own defaults are its business: only what the user says is passed on.
 *
 * @internal
 */
export function operatedEngine(at: PropertyPath, options: EngineOptions & { readonly initScripts?: InitScripts }): OperatedEngine {
  const { version, image, parameters = {}, initScripts } = options;
  if (initScripts !== undefined) {
    at.at('initScripts').refuse('UnsupportedByController', { value: Object.keys(initScripts), allowed: 'no scripts of the first start where an operator makes the database', fix: 'run them as a Migration' });
  }
  return { version, ...image === undefined ? {} : { image }, parameters };
}
