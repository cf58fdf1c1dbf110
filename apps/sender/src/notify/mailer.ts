import { createTransport, type Transporter } from 'nodemailer'

/** Where e-mails go through, and from whom they are. */
export interface MailerOptions {
  /** `smtp:` or `smtps:`, with user and password if the server wants them. */
  readonly smtpUrl: string
  /** An address, or a name with an address in angle brackets. */
  readonly from: string
  /** Silence of the server after which sending has failed. Default 15,000. */
  readonly timeoutMs?: number
}

/** What to send, and to whom. */
export interface Mail {
  /** The same for every repetition; a recipient's mail server may use it to tell that it is one. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/**
 * What became of an e-mail: taken by the server, refused by it for good, or neither, and to be tried again. A `detail`
 * is for the log.
 */
export type MailOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused' | 'failed'; readonly detail: string }

/** Sends e-mails through one server, each on a connection of its own. */
export interface Mailer {
  send(mail: Mail, signal: AbortSignal): Promise<MailOutcome>
}

const TIMEOUT_MS = 15_000

/** A mailer on SMTP. A password is never sent without TLS, unless the URL says `?requireTLS=false`. */
export function createMailer({ smtpUrl, from, timeoutMs = TIMEOUT_MS }: MailerOptions): Mailer {
  const url = new URL(smtpUrl)
  const transport = createTransport({
    url: smtpUrl,
    requireTLS: url.username !== '' && url.searchParams.get('requireTLS') !== 'false',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = from.replace(/>$/, '').split('@').at(-1)
  return { send: (mail, signal) => send(transport, from, `<${mail.id}@${domain}>`, mail, signal) }
}

async function send(
  transport: Transporter,
  from: string,
  messageId: string,
  { to, subject, text }: Mail,
  signal: AbortSignal,
): Promise<MailOutcome> {
  try {
    await transport.sendMail({
      from,
      // As an object it is one address, whatever commas are in it.
      to: { name: '', address: to },
      subject,
      text,
      messageId,
      // RFC 3834: keeps out-of-office replies away.
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal,
    })
    return { kind: 'sent' }
  } catch (error) {
    return { kind: isRefusal(error) ? 'refused' : 'failed', detail: String(error) }
  }
}

// RFC 5321 §4.2.1: 5yz is final. But only what the server says of this e-mail, not of the login or of the connection,
// which a person can put right.
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, command, responseCode } = error as Error & {
    readonly code?: unknown
    readonly command?: unknown
    readonly responseCode?: unknown
  }
  if (code === 'EENVELOPE' && responseCode === undefined) return true
  const isAboutIt = code === 'EMESSAGE' || (code === 'EENVELOPE' && command !== 'MAIL FROM')
  return isAboutIt && typeof responseCode === 'number' && responseCode >= 500
}
