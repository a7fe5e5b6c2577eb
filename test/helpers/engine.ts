import type { DatabaseEngine } from 'cdk8s-production';
import { testChart } from './manifests';
import { PropertyPath } from '../../lib/core/property-path';
import { DatabaseCredentials } from '../../lib/data/database-credentials';
import type { Engine, EngineContext, EngineServer } from '../../lib/data/engines/engine';

/** Where the engine is, for errors. */
export const AT = new PropertyPath(testChart(), 'engine');

export const engineOf = (engine: DatabaseEngine): Engine => engine._engine(AT);

/** What the engine is told about a database with so many MiB. */
export const contextOf = (memoryLimit = 1024): EngineContext => ({ at: AT, credentials: DatabaseCredentials.fromSecret('db'), memoryLimit });

export const serverOf = (engine: DatabaseEngine, memoryLimit?: number): EngineServer => engineOf(engine).server(contextOf(memoryLimit));

/** Checks as they stand in a manifest. */
export const healthOf = (engine: DatabaseEngine) => serverOf(engine).health._render(AT, [engineOf(engine).port]);

/** Sizes as texts. */
export const sizesOf = (sizes: EngineServer['scratch']): Record<string, string> => Object.fromEntries(Object.entries(sizes).map(([path, size]) => [path, size.asString()]));

/** A reference to a key of the Secret `db`. */
export const secret = (key: string) => ({ valueFrom: { secretKeyRef: { key, name: 'db' } } });
