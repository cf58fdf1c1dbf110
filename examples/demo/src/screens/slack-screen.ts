import type { FakeSlackChannel } from '@complywise/destination-fakes'
import { countWords, type Screen, type Tone } from './screen.ts'

/** A channel: each message as screen readers read it, with its thread. */
export function slackScreen({ name, messages }: FakeSlackChannel): Screen {
  const replies = messages.reduce((sum, message) => sum + message.replies.length, 0)
  return {
    title: `Slack · #${name}`,
    count: `${countWords(messages.length, 'message')}, ${countWords(replies, 'reply', 'replies')} in threads`,
    cards: messages.map(({ text, replies }) => {
      const [headline = '', ...details] = linesOf(text)
      return {
        tone: toneOf(headline),
        headline,
        details,
        entries: replies.map((reply) => linesOf(reply.text)),
      }
    }),
  }
}

/** Headline, sentence, and the fields that follow on one line. */
function linesOf(text: string): readonly string[] {
  const [headline = '', sentence = '', ...fields] = text.split('\n')
  return [headline, sentence, fields.map((field) => field.replace(/^• /, '')).join(' · ')].filter(
    (line) => line !== '',
  )
}

function toneOf(headline: string): Tone {
  if (headline.startsWith('🔴') || headline.startsWith('🟠')) return 'open'
  return headline.startsWith('🟢') ? 'closed' : 'news'
}
