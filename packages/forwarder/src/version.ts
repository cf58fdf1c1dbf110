import manifest from '../package.json' with { type: 'json' }

/** The version of the forwarders, which are released together. */
export const version: string = manifest.version
