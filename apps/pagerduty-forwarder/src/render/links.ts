import type { Description } from '@complywise/forwarder'
import type { Link } from '../client/event.ts'

/** The link of a description, if PagerDuty takes it. */
export function renderLinks({ link }: Description): { readonly links?: readonly Link[] } {
  if (link === undefined) return {}
  const url = URL.parse(link.url)
  if (url === null || !/^https?:$/.test(url.protocol)) return {}
  return { links: [{ href: url.href, text: link.label }] }
}
