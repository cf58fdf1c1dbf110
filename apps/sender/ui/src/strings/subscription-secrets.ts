import { countOf } from './counts.ts'

/** Texts about secrets and their rotation. */
export const subscriptionSecrets = {
  secrets: {
    title: 'Secrets',
    description: 'What requests are signed with. Only the last four characters are ever shown again.',
    rotate: 'Rotate secret',
    newest: 'Signs until it is replaced',
    old: 'Signs beside the new one until {at}',
    created: 'created {at}',
    hint: (hint: string) => (hint === '…' ? '… (too short to show its end)' : hint),
    timeline: 'Rotation under way',
    timelineText: (count: number) =>
      `Now ${countOf(count, 'secret')} sign. webhook-signature has a signature of each, the newest first; X-ComplyWise-Signature is made with the newest alone.`,
    barNewest: (hint: string) => `New secret ${hint}`,
    barOld: (hint: string) => `Old secret ${hint}`,
    now: 'Now',
    rotated: 'Rotated {at}',
    ends: 'Only the new one from {at} on',
  },
  rotate: {
    title: 'Rotate the secret',
    description:
      'No event is lost if the receiver knows the new secret before the sender uses it. So give it both first.',
    step1: '1. Make a new secret',
    source: 'Where the new secret comes from',
    generated: 'Made here, in your browser',
    given: 'One that I have',
    generatedDetail:
      'It stays on this page until you rotate. Copy it now, and store it where your receiver reads its secrets.',
    secret: 'New secret',
    secretOf: 'the new secret',
    givenDetail:
      'Any text: not empty, without quotes or white space at its ends. An old secret that still signs may be given to go back to it.',
    another: 'Make another',
    step2: '2. Give the receiver both secrets',
    step2Detail:
      'Deploy this to every process that receives events, and wait until the last one runs it. You may close this page meanwhile: come back, and choose “One that I have”.',
    code: 'a receiver that accepts both secrets',
    ready: 'Every process of the receiver accepts both secrets now',
    notReady: 'Say that the receiver accepts both secrets, or choose that a secret has leaked.',
    step3: '3. Let the sender use it',
    overlap: 'How long the old secret goes on signing',
    overlaps: {
      0: 'Not at all: it has leaked',
      3600: '1 hour',
      86400: '24 hours',
      604800: '7 days',
    },
    overlapDetail:
      'Until then, webhook-signature has a signature of both secrets. X-ComplyWise-Signature is made with the new one at once.',
    leaked:
      'Every older secret stops signing in the same moment. A receiver that does not know the new one refuses events until it does; they come again with their next attempts.',
    confirm: 'Rotate now',
    doneTitle: 'The new secret signs now',
    doneDetail:
      'This is the last time that it is shown. Afterwards, there are only its last four characters.',
    next: 'Now send a test event: it answers 401 if the receiver does not have the new secret. To go back, rotate again with the old one while it still signs.',
    stored: 'I have stored it',
    sendTest: 'Stored; send a test event',
    warnings: 'Please note',
    discardTitle: 'Throw the new secret away?',
    discardDetail: 'It is shown nowhere else. If you have copied it, you can come back and give it here.',
    discard: 'Close without rotating',
    keep: 'Go on',
  },
} as const
