import { bodyFlaws } from './body-flaws.ts'
import { connectionFlaws } from './connection-flaws.ts'
import { duplicateFlaws } from './duplicate-flaws.ts'
import { eventFlaws } from './event-flaws.ts'
import type { Flaw } from './flaw.ts'
import { handlerFlaws } from './handler-flaws.ts'
import { receiverFlaws } from './receiver-flaws.ts'
import { replayFlaws } from './replay-flaws.ts'
import { replyFlaws } from './reply-flaws.ts'
import { requestFlaws } from './request-flaws.ts'
import { signatureFlaws } from './signature-flaws.ts'
import { sizeFlaws } from './size-flaws.ts'

/** Every mistake that the suite is known to find. */
export const flaws: readonly Flaw[] = [
  ...replyFlaws,
  ...requestFlaws,
  ...signatureFlaws,
  ...replayFlaws,
  ...bodyFlaws,
  ...sizeFlaws,
  ...eventFlaws,
  ...handlerFlaws,
  ...duplicateFlaws,
  ...receiverFlaws,
  ...connectionFlaws,
]
