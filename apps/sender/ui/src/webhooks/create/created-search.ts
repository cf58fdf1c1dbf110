/** What the URL of the page that makes a subscription says: which one was made here. */
export interface CreatedSearch {
  /** The id of the subscription. Its secret is in no URL: whoever loads the page again sees the subscription instead. */
  readonly created?: string
}

/** Reads it from a URL; what is no id is dropped. */
export function readCreatedSearch({ created }: Readonly<Record<string, unknown>>): CreatedSearch {
  return typeof created === 'string' && UUID.test(created) ? { created } : {}
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
