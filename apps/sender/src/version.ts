import manifest from '../package.json' with { type: 'json' }

/** This sender's version, as it appears in `User-Agent` and in the API's description. */
export const version: string = manifest.version

/** What every request to an endpoint says of who makes it. */
export const userAgent: string = `ComplyWise-Webhooks/${version}`
