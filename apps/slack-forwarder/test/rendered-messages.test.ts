import { expect, test } from 'vitest'
import type { SlackTarget } from '../src/config.ts'
import { renderMessage } from '../src/render/message.ts'
import { tell } from '../src/tell.ts'
import { everyStep } from './support/every-step.ts'
import { openStep, settings } from './support/steps.ts'

const target: SlackTarget = {
  channel: 'C0ALERTS',
  mentions: [{ kind: 'group', id: 'S0IAM' }],
  mentionFrom: 'error',
}

test.each(Object.entries(everyStep))('%s reads as it was reviewed', async (name, step) => {
  const { parent, reply } = tell(step, target, settings)
  const messages = {
    ...(step.alert !== undefined && step.action !== 'note' && step.action !== 'late'
      ? { message: renderMessage([parent], 'parent') }
      : {}),
    ...(step.action !== 'open' && step.action !== 'progress'
      ? { reply: renderMessage([reply], 'note') }
      : {}),
  }
  await expect(`${JSON.stringify(messages, null, 2)}\n`).toMatchFileSnapshot(
    `rendered/${name.replaceAll(' ', '-')}.json`,
  )
})

test('three joined controls read as they were reviewed', async () => {
  const cards = ['CC6.1', 'CC6.2', 'CC7.1'].map((id) => tell(openStep(id), target, settings).parent)
  await expect(`${JSON.stringify(renderMessage(cards, 'parent'), null, 2)}\n`).toMatchFileSnapshot(
    'rendered/three-joined-controls.json',
  )
})
