import type { Subscription } from '../api/subscriptions.ts'

/** What people call a subscription: its description, or the host and path of its endpoint. */
export function subscriptionName({ description, url }: Pick<Subscription, 'description' | 'url'>): string {
  if (description.trim() !== '') return description
  if (!URL.canParse(url)) return url
  const { host, pathname } = new URL(url)
  return pathname === '/' ? host : host + pathname
}
