import type { ForwarderApp } from '@complywise/forwarder'
import { z } from 'zod'
import {
  findProblems,
  optionsSchema,
  type PagerDutyOptions,
  type PagerDutyTarget,
  targetSchema,
} from './config.ts'
import { connectPagerDuty } from './destination.ts'
import type { PagerDutyRemote } from './remote.ts'

/** What makes a forwarder tell PagerDuty. */
export const pagerDutyForwarder: ForwarderApp<PagerDutyTarget, PagerDutyOptions, PagerDutyRemote> = {
  name: 'pagerduty-forwarder',
  description:
    'Opens PagerDuty incidents for failing controls, scans and scores, and resolves them when they recover.',
  destination: 'pagerduty',
  targetSchema,
  optionsSchema,
  simple: {
    settings: {
      routingKey: {
        env: 'PAGERDUTY_ROUTING_KEY',
        schema: z.string().optional(),
        description: 'Integration Key that everything is sent with, without a configuration file.',
        secret: true,
      },
      server: {
        env: 'PAGERDUTY_SERVER',
        schema: z.string().optional(),
        defaultText: 'us',
        description: 'Service region of the account, us or eu, or the host of the Events API.',
      },
    },
    toFile({ routingKey, server }) {
      if (routingKey === undefined && server === undefined) return undefined
      return {
        pagerduty: { ...(server !== undefined && { server }) },
        targets: { pagerduty: { ...(routingKey !== undefined && { routing_key: routingKey }) } },
      }
    },
  },
  problems: findProblems,
  connect: connectPagerDuty,
}
