import type { Settings } from '../config/settings.ts'
import type { Description } from './description.ts'

/** What a link can be filled with; names as in the configuration's placeholders. */
export interface LinkValues {
  readonly framework?: string | undefined
  readonly control_id?: string | undefined
  readonly integration_id?: string | undefined
  readonly scan_job_id?: string | undefined
  readonly evidence_id?: string | undefined
}

/**
 * The link of a description, from the configured page of that kind, every value URL-encoded.
 *
 * @returns nothing to spread when no page is configured, a value that it needs is absent, or the address would not be
 * that of a web page on the same site: a value of `..` cannot climb out of its place.
 */
export function linkTo(
  page: keyof Settings['links'],
  label: string,
  values: LinkValues,
  { links }: Settings,
): Pick<Description, 'link'> {
  const template = links[page]
  const url = template === undefined ? undefined : fill(template, values)
  return url === undefined || !/^https?:\/\//i.test(url) ? {} : { link: { label, url } }
}

function fill(template: string, values: LinkValues): string | undefined {
  const given = new Map(Object.entries(values))
  let isComplete = true
  const url = template.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => {
    const value = given.get(name)
    if (value === undefined || value === '' || /^\.{1,2}$/.test(value)) isComplete = false
    return encode(value ?? '')
  })
  return isComplete ? url : undefined
}

// `encodeURIComponent` leaves a few that end a link in somebody's markup, and throws on lone surrogates.
function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
