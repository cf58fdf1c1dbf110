// What the fuzzer's receivers are set up with, and what it knows about the wire. Nothing here comes from the
// implementation.

/** The fuzzer's noon. */
export const noon = Date.UTC(2026, 2, 1, 12)

export const minuteMs = 60_000
export const dayMs = 24 * 60 * minuteMs

const modern = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const plain = 'correct horse battery staple 42'
const unicode = 'sécrèt 漢字 🛡'

/** A secret that no receiver of the fuzzer accepts. */
export const unknownSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'

/** Every secret there is. */
export const allSecrets = [modern, plain, unicode, unknownSecret, `${plain} `]

/** A secret as an option of the receiver has it. */
interface KnownSecret {
  readonly id: string
  readonly value: string
  readonly notAfter?: Date
}

/** The secrets of one receiver. */
export type KnownSecrets = readonly KnownSecret[] | ((url: string | undefined) => Tenant | undefined)

interface Tenant {
  readonly tenant: string
  readonly secret: string
}

/** What a receiver accepts, and what its senders sign with. */
export interface SecretSet {
  readonly known: KnownSecrets
  /** First what is accepted, then what is sometimes, then others. */
  readonly signers: readonly string[]
  /** Of the second tenant. */
  readonly otherSigners?: readonly string[]
}

export const secretSets: readonly SecretSet[] = [
  { known: [{ id: 'only', value: modern }], signers: [modern, plain, unknownSecret, `${plain} `] },
  {
    known: [
      { id: 'new', value: modern },
      { id: 'old', value: plain },
    ],
    signers: [modern, plain, unknownSecret, `${plain} `],
  },
  {
    known: [
      { id: 'new', value: unicode },
      { id: 'old', value: plain, notAfter: new Date(noon + minuteMs) },
    ],
    signers: [unicode, plain, unknownSecret, modern],
  },
  {
    known: [
      { id: 'gone', value: plain, notAfter: new Date(noon - 1) },
      { id: 'going', value: modern, notAfter: new Date(noon + 5 * minuteMs) },
    ],
    signers: [modern, plain, unknownSecret, unicode],
  },
  {
    known: findTenant,
    signers: [modern, plain, unknownSecret, unicode],
    otherSigners: [plain, modern, unknownSecret, unicode],
  },
]

/** Where the second tenant's events arrive. */
export const otherTenantUrl = '/webhooks/globex'

function findTenant(url: string | undefined): Tenant | undefined {
  if (url === '/webhooks/acme') return { tenant: 'acme', secret: modern }
  if (url === otherTenantUrl) return { tenant: 'globex', secret: plain }
  if (url === '/webhooks/broken') return { tenant: 'broken', secret: ` ${plain}` }
  if (url === '/webhooks/down') throw new Error(`The database of secrets is down, which had ${modern}.`)
  return undefined
}

export const urls = [
  ...Array<string>(5).fill('/webhooks/acme'),
  ...Array<string>(4).fill(otherTenantUrl),
  '/webhooks/broken',
  '/webhooks/down',
  '//__proto__',
  undefined,
]

/** The names of headers that mean something. */
export const headerNames = [
  'x-complywise-signature',
  'webhook-signature',
  'webhook-timestamp',
  'webhook-id',
  'content-type',
  'content-digest',
  'x-complywise-delivery',
  'x-complywise-attempt',
  'x-complywise-event',
] as const

/** `data` of every type in the catalog, and of some that are not. */
export const examples: readonly (readonly [type: string, data: Readonly<Record<string, unknown>>])[] = [
  [
    'scan.completed',
    {
      scan_job_id: '6f1c2a9e-3f64-4d6b-8a0e-52d1c5c8a7b3',
      total_controls: 49,
      passed: 38,
      failed: 11,
      score: 77.6,
    },
  ],
  [
    'compliance.control_failed',
    { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
  ],
  [
    'scan.failed',
    {
      scan_job_id: '6F1C2A9E-3F64-4D6B-8A0E-52D1C5C8A7B3',
      error: { code: 'integration_unauthorized', message: 'Zugriff verweigert – überprüfen' },
      started_at: '2026-03-01T11:59:00+01:00',
    },
  ],
  ['compliance.score_changed', { framework: null, previous_score: 81, new_score: 77.6, scan_job_id: null }],
  [
    'evidence.uploaded',
    {
      evidence_id: 'ev_1',
      control_id: null,
      framework: null,
      file_name: 'Prüfbericht 漢字 🛡.pdf',
      content_type: 'application/pdf',
      size_bytes: 1,
      sha256: 'a'.repeat(64),
      uploaded_by: 'Dana / <dana@example.com>',
    },
  ],
  [
    'integration.disconnected',
    {
      integration_id: 'int_1',
      provider: 'aws',
      name: 'Production',
      reason: { code: 'credentials_expired', message: 'Expired.' },
      last_connected_at: '2026-02-28T23:59:59.999999Z',
      affected_controls: [{ control_id: 'CC6.1', framework: 'SOC 2' }],
    },
  ],
  ['policy.approved', { policy: { id: 7, tags: [null, {}] } }],
  ['constructor', {}],
  ['__proto__', { constructor: {} }],
  ['', {}],
]

/** Values that a field of JSON may be given. */
export const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  1.5,
  1e21,
  2 ** 53,
  '',
  ' ',
  'x',
  '\u0000',
  '\uD800',
  '__proto__',
  'scan.completed',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '00000000-0000-0000-0000-00000000000',
  '{00000000-0000-0000-0000-000000000000}',
  '00000000-0000-0000-0000-000000000000\n',
  [],
  [[]],
  [null],
  {},
  { length: 1 },
  { toString: 1, valueOf: 1, toJSON: 1 },
  'x'.repeat(1000),
]

/** Timestamps, some of which are no instants. */
export const oddTimes: readonly string[] = [
  '2026-03-01T12:00:00Z',
  '2026-03-01T12:00:00.000+00:00',
  '2026-03-01T11:59:59.9999999-00:00',
  '2026-03-02T11:59:00+23:59',
  '2026-02-28T12:00:00-23:59',
  '2026-03-01T12:00:00',
  '2026-03-01 12:00:00Z',
  '2026-03-01t12:00:00z',
  '2026-02-29T12:00:00Z',
  '2024-02-29T12:00:00Z',
  '2026-13-01T12:00:00Z',
  '2026-00-01T12:00:00Z',
  '2026-03-00T12:00:00Z',
  '2026-03-01T24:00:00Z',
  '2026-03-01T12:60:00Z',
  '2026-03-01T12:00:60Z',
  '2026-03-01T12:00:00+24:00',
  '2026-03-01T12:00:00.Z',
  '2026-03-01T12:00:00Z\n',
  '+002026-03-01T12:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '1970-01-01T00:00:00Z',
  '2026-W09-7T12:00:00Z',
  'Sun, 01 Mar 2026 12:00:00 GMT',
  '1772366400',
]

/** Values that a header may be given. */
export const oddHeaderValues: readonly string[] = [
  '',
  ' ',
  ',',
  'sha256=',
  `sha256=${'g'.repeat(64)}`,
  `sha256=${'0'.repeat(64)}`,
  `sha256=${'0'.repeat(63)}\u0660`,
  `SHA256=${'0'.repeat(64)}`,
  'v1,',
  'v1',
  `v1,${'A'.repeat(43)}=`,
  `v1,${'A'.repeat(43)}B`,
  `v1a,${'A'.repeat(86)}==`,
  `v2,${'A'.repeat(4)}`,
  Array(300)
    .fill(`v1,${'A'.repeat(43)}=`)
    .join(' '),
  '0',
  '-1',
  '+1772366400',
  '01772366400',
  '1772366400',
  '1772366400.0',
  '1772366400000',
  '999999999999',
  '1e9',
  'NaN',
  'null',
  '[object Object]',
  '__proto__',
  'é',
  '漢',
  '\uD800',
  'a\r\nx-complywise-signature: sha256=',
  'x'.repeat(257),
  'x'.repeat(20_000),
]

/** Media types, some of which are that of JSON. */
export const mediaTypes: readonly string[] = [
  'application/json;charset=utf-8',
  'Application/JSON \t; charset="utf-8"',
  'application/json;',
  'application/json, application/json',
  'application/jsonp',
  'application/json5;',
  'application/json+ld',
  'application/jſon',
  ' application/json',
  'text/plain; application/json',
  '',
]

/** Names that a header may be given. */
export const oddHeaderNames: readonly string[] = [
  'get',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'X-ComplyWise-Signature',
  'Webhook-Id',
  'x-complywise-signature ',
  'x_complywise_signature',
  '',
]

/** Bodies that are no envelopes. */
export const oddBodies: readonly Uint8Array[] = [
  '',
  ' ',
  'null',
  'true',
  '0',
  '""',
  '[]',
  '{}',
  '{',
  '\uFEFF{}',
  '{"event":1,"event":"x"}',
  '{"__proto__":{"event":"x","event_id":"00000000-0000-0000-0000-000000000000"}}',
  `${'['.repeat(3000)}${']'.repeat(3000)}`,
  `${'{"data":'.repeat(2000)}1${'}'.repeat(2000)}`,
  `"${'x'.repeat(3000)}"`,
]
  .map((text): Uint8Array => Buffer.from(text))
  .concat(
    Buffer.of(0xff, 0xfe, 0x7b, 0),
    Buffer.of(0xc3, 0x28),
    Buffer.of(0xed, 0xa0, 0x80),
    Buffer.alloc(64),
  )
