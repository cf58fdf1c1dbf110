import manifest from '../package.json' with { type: 'json' }

/** This sender's version, as it appears in `User-Agent` and in the API's description. */
export const version: string = manifest.version
