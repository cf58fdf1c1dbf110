import type { Page } from 'playwright-core'
import { strings } from '../../src/strings/index.ts'
import type { StageFacts } from '../../test/browser/support/stage/start-stage.ts'

/** A page in one of its states. */
export interface Scene {
  /** Of the picture's file. */
  readonly name: string
  readonly path: (facts: StageFacts) => string
  /** `empty`: an admin of an account that has nothing. Default `admin`. */
  readonly viewer?: 'admin' | 'member' | 'empty' | 'nobody'
  /** What is done once it shows what it loaded. */
  readonly act?: (page: Page) => Promise<unknown>
  /** Whether the API is cut off. */
  readonly isOffline?: boolean
}

const WEBHOOKS = '/settings/integrations/webhooks'
const LOG = '/settings/webhooks/delivery-log'
const { actions } = strings.subscription
const healthy = ({ subscriptions }: StageFacts): string => `${WEBHOOKS}/${subscriptions.healthy}`
const failed = ({ deliveries }: StageFacts): string => `${LOG}/${deliveries.failed}`

/** Every page in every state that can be looked at without changing anything. */
export const scenes: readonly Scene[] = [
  { name: 'sign-in', path: () => '/sign-in', viewer: 'nobody' },
  {
    name: 'sign-in-refused',
    path: () => '/sign-in',
    viewer: 'nobody',
    async act(page) {
      await page.getByLabel(strings.shell.signIn.key).fill('cwk_admin_nobody')
      await page.getByRole('button', { name: strings.shell.signIn.submit }).click()
      await page.getByText(strings.shell.signIn.unknown).waitFor()
    },
  },
  { name: 'not-found', path: () => '/settings/nothing' },
  { name: 'menu', path: () => WEBHOOKS, act: (page) => page.getByRole('button', { name: /Acme/ }).click() },
  { name: 'webhooks', path: () => WEBHOOKS },
  { name: 'webhooks-empty', path: () => WEBHOOKS, viewer: 'empty' },
  { name: 'webhooks-member', path: () => WEBHOOKS, viewer: 'member' },
  { name: 'webhooks-nothing-found', path: () => `${WEBHOOKS}?q=nothing-like-it` },
  { name: 'webhooks-offline', path: () => WEBHOOKS, isOffline: true },
  { name: 'new', path: () => `${WEBHOOKS}/new` },
  { name: 'new-member', path: () => `${WEBHOOKS}/new`, viewer: 'member' },
  ...(
    [
      'healthy',
      'failing',
      'disabled',
      'gone',
      'paused',
      'overloaded',
      'rotating',
      'ordered',
      'hostile',
      'fresh',
    ] as const
  ).map((name) => ({
    name: `subscription-${name}`,
    path: ({ subscriptions }: StageFacts) => `${WEBHOOKS}/${subscriptions[name]}`,
  })),
  { name: 'subscription-member', path: healthy, viewer: 'member' },
  { name: 'subscription-unknown', path: () => `${WEBHOOKS}/unknown` },
  ...(['test', 'pause', 'edit'] as const).map((name) => ({
    name: `subscription-${name}`,
    path: healthy,
    act: (page: Page) => page.getByRole('button', { name: actions[name], exact: true }).first().click(),
  })),
  ...(['rotate', 'delete'] as const).map((name) => ({
    name: `subscription-${name}`,
    path: healthy,
    async act(page: Page) {
      await page.getByRole('button', { name: actions.more }).click()
      await page.getByRole('menuitem', { name: actions[name] }).click()
    },
  })),
  { name: 'log', path: () => LOG },
  { name: 'log-failed', path: () => `${LOG}?status=failed` },
  { name: 'log-nothing-found', path: () => `${LOG}?outcome=http_418` },
  { name: 'log-empty', path: () => LOG, viewer: 'empty' },
  { name: 'log-offline', path: () => LOG, isOffline: true },
  ...(
    [
      'healthy',
      'flaky',
      'ordered',
      'redirecting',
      'unreachable',
      'gone',
      'hostile',
      'canceled',
      'test',
      'redelivery',
    ] as const
  ).map((name) => ({
    name: `delivery-${name}`,
    path: ({ deliveries }: StageFacts) => `${LOG}/${deliveries[name]}`,
  })),
  { name: 'delivery-failed', path: failed },
  { name: 'delivery-member', path: failed, viewer: 'member' },
  { name: 'delivery-unknown', path: () => `${LOG}/unknown` },
  { name: 'event-hostile', path: ({ events }) => `/settings/webhooks/events/${events.hostile}` },
  { name: 'event-unknown', path: () => '/settings/webhooks/events/unknown' },
]

/** Why an event did not arrive: each reason, and the page that answers it. */
export const reasons: readonly (Scene & { readonly reason: string })[] = [
  ...(
    [
      ['wrongSecret', 'wrong secret'],
      ['failing', '500s'],
      ['slow', 'timeout'],
      ['unknownHost', 'DNS'],
      ['untrusted', 'TLS'],
      ['refused', 'SSRF'],
      ['disabled', 'disabled'],
      ['paused', 'paused'],
      ['overloaded', 'still waiting'],
    ] as const
  ).map(([player, reason]) => ({
    reason,
    name: `why-${reason.toLowerCase().replaceAll(' ', '-')}`,
    path: ({ deliveries }: StageFacts) => `${LOG}/${deliveries[player]}`,
  })),
  {
    reason: 'filtered out',
    name: 'why-filtered-out',
    path: ({ events }) => `/settings/webhooks/events/${events.filteredOut}`,
  },
]
