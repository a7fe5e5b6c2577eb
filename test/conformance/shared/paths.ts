import { join, resolve } from 'node:path';

export const REPOSITORY = resolve(__dirname, '../../..');

/** Everything that is built once and may be deleted at any time; ignored by git. */
export const CACHE = join(REPOSITORY, '.cache', 'conformance');

/** The pinned sources of the tools, one folder each. */
export const TOOLS = join(REPOSITORY, 'test', 'conformance', 'tools');
