import { z } from 'zod'
import type { CertificateSummary } from '../network/errors.ts'
import { findingCodes, judgeScheme, type Preflight } from './endpoint-check.ts'
import { endpoint } from './subscription-bodies.ts'
import { refusalCodeOf } from './subscription-warnings.ts'
import { timestamp } from './timestamps.ts'

/** The body of `POST /api/endpoint-checks`. */
export const checkEndpointBody = z
  .strictObject({ url: endpoint })
  .meta({ id: 'CheckEndpoint', examples: [{ url: 'https://example.com/webhooks' }] })

const finding = z
  .object({
    code: z.enum(findingCodes),
    severity: z.enum(['error', 'warning']).meta({
      description: '`error`: as things are, deliveries fail. `warning`: they will one day, or may.',
    }),
    detail: z.string().meta({ description: 'What was found.' }),
    remedy: z.string().meta({ description: 'What to do about it.' }),
  })
  .meta({ id: 'EndpointFinding', description: 'Something that whoever sets the endpoint up should know.' })

const tls = z
  .object({
    protocol: z.string().meta({ description: 'As `TLSv1.3`.' }),
    issuer: z
      .string()
      .nullable()
      .meta({ description: 'Of the certificate, by name; `null` when it has none.' }),
    subject: z.string().nullable().meta({ description: 'Whom it is for, by name; `null` when it has none.' }),
    valid_to: timestamp.nullable(),
  })
  .meta({ id: 'EndpointTls', description: 'The TLS connection and the certificate of the endpoint.' })

/** What a look at an endpoint found. */
export const endpointCheckAnswer = z
  .object({
    url: z.string().meta({ description: 'Normalized as URLs are.' }),
    is_permitted: z.boolean().meta({ description: 'Whether a subscription may have this endpoint.' }),
    refusal: z
      .object({ code: z.enum(['port_forbidden', 'address_forbidden']), detail: z.string() })
      .nullable()
      .meta({ description: 'Why not; `null` when it may.' }),
    addresses: z.array(z.string()).meta({
      description: 'What the name stands for; empty when the endpoint is refused, or the name has none.',
    }),
    tls: tls.nullable().meta({ description: '`null` when there was no handshake.' }),
    http_status: z.int().nullable().meta({ description: 'Of the answer to a HEAD without a body.' }),
    duration_ms: z.int().nullable().meta({
      description: 'Of everything, from the look-up to the answer; `null` when the endpoint is refused.',
    }),
    findings: z.array(finding),
  })
  .meta({
    id: 'EndpointCheck',
    description: 'What a look at an endpoint found, before anything is sent to it.',
    examples: [
      {
        url: 'https://example.com/webhooks',
        is_permitted: true,
        refusal: null,
        addresses: ['93.184.215.14'],
        tls: {
          protocol: 'TLSv1.3',
          issuer: 'DigiCert Global G3 TLS ECC SHA384 2020 CA1',
          subject: 'example.com',
          valid_to: '2026-03-10T23:59:59.000Z',
        },
        http_status: 405,
        duration_ms: 112,
        findings: [
          {
            code: 'certificate_expires_soon',
            severity: 'warning',
            detail: 'The certificate expires on 2026-03-10.',
            remedy: 'Renew it before then, and check that renewal is automatic.',
          },
        ],
      },
    ],
  })

/** A look at `url` in the form of {@link endpointCheckAnswer}. */
export function toEndpointCheckAnswer(url: URL, check: Preflight): z.output<typeof endpointCheckAnswer> {
  if (!check.permitted) {
    return {
      url: url.href,
      is_permitted: false,
      refusal: { code: refusalCodeOf(check), detail: check.detail },
      addresses: [],
      tls: null,
      http_status: null,
      duration_ms: null,
      findings: [],
    }
  }
  return {
    url: url.href,
    is_permitted: true,
    refusal: null,
    addresses: [...check.addresses],
    tls: toTlsAnswer(check.certificate),
    http_status: check.httpStatus ?? null,
    duration_ms: check.durationMs,
    findings: [...judgeScheme(url), ...check.findings],
  }
}

function toTlsAnswer(certificate: CertificateSummary | undefined): z.output<typeof tls> | null {
  if (certificate?.protocol === undefined) return null
  const { protocol, issuer = null, subject = null, validTo } = certificate
  return { protocol, issuer, subject, valid_to: validTo?.toISOString() ?? null }
}
