import type { Settings } from '../../config/settings.ts'
import type { Alert } from '../alert.ts'
import type { Description } from '../description.ts'
import type { Step } from '../step.ts'
import { countWords, durationWords } from '../words.ts'
import { controlName, field, inFramework, openFields } from './alert-fields.ts'

/** Many controls that failed at once, told as one. */
export function describeStorm({ alert }: Step, { storm }: Settings): Description {
  const labels = alert?.labels ?? {}
  const members = alert?.members ?? []
  const open = members.filter(({ state }) => state === 'open').length
  const closed = members.filter(({ isClosedByHand }) => isClosedByHand === true).length
  const over = members.length - open
  const headline =
    over === 0
      ? `${countWords(open, 'more control')} failing`
      : `${open} of ${countWords(members.length, 'more control')} still failing`
  const controls = `${countWords(open, 'control')}${labels.framework ? ` of ${labels.framework}` : ''}`
  const limit = `More than ${countWords(storm.controls, 'control')} failed within ${durationWords(storm.windowMs)}`
  return {
    headline: `${headline}${inFramework(labels)}`,
    tone: 'failing',
    summary: `${limit}, so the others are told together here: ${controls} still ${open === 1 ? 'fails' : 'fail'}.`,
    fields: [
      ...field('Framework', labels.framework),
      ...field('Failing', String(open)),
      ...field('Recovered', over === closed ? undefined : String(over - closed)),
      ...field('Closed by hand', closed === 0 ? undefined : String(closed)),
      ...(alert === undefined ? [] : openFields({ ...alert, count: 1 })),
    ],
    lines: memberLines(alert),
    hints: ['It is resolved when all of them have recovered or were closed by hand.'],
  }
}

/** A line for each control of a storm, those that still fail first; none for any other alert. */
export function memberLines(alert: Alert | undefined): readonly string[] {
  const members = alert?.members ?? []
  return [
    ...members.filter(({ state }) => state === 'open').map((member) => `${controlName(member)} failing`),
    ...members
      .filter(({ state }) => state === 'resolved')
      .map(
        (member) =>
          `${controlName(member)} ${member.isClosedByHand === true ? 'closed by hand' : 'recovered'}`,
      ),
  ]
}
