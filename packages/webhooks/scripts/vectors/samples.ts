/** Secrets that the vectors are made with. They protect nothing. */
export const secrets = {
  /** The product page's example. */
  page: 'your-secret',
  current: 'whsec_MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY=',
  previous: 'whsec_enl4d3Z1dHNycXBvbm1sa2ppaGdmZWRjYmEwOTg3NjU=',
  other: 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
}

/** The identity and time of the attempt in every vector, unless a vector is about them. */
export const attempt = { id: '0b2f7a54-6d0c-4b1e-9a55-1f7f0f5b3c21', timestamp: '1772366400' }

/** The product page's `scan.completed`, as the sender serializes it. */
export const scan = utf8(
  '{"event":"scan.completed","event_id":"0b2f7a54-6d0c-4b1e-9a55-1f7f0f5b3c21",' +
    '"timestamp":"2026-03-01T12:00:00.000Z","data":{"scan_job_id":"6f1c2a9e-3f64-4d6b-8a0e-52d1c5c8a7b3",' +
    '"total_controls":49,"passed":38,"failed":11,"score":77.6}}',
)

/** Bodies on which implementations have been seen to sign something other than the bytes. */
export const bodies = {
  'an empty body': utf8(''),
  'one byte': utf8('0'),
  'a body that ends in a line break': utf8('{"event":"scan.completed"}\n'),
  'a body with CRLF line breaks': utf8('{\r\n  "event": "scan.completed"\r\n}\r\n'),
  'a body with LF line breaks': utf8('{\n  "event": "scan.completed"\n}\n'),
  'a body that starts with a byte order mark': utf8('\uFEFF{"event":"scan.completed"}'),
  'a body with spaces after its colons': utf8('{"event": "scan.completed", "data": {}}'),
  'a body with numbers that JSON respells': utf8('{"score":1.0,"exact":1e2,"large":12345678901234567890}'),
  'a body with escapes that JSON respells': utf8('{"url":"https:\\/\\/example.com","name":"\\u00e9"}'),
  'a body with a key twice': utf8('{"event":"scan.completed","event":"scan.failed"}'),
  'a body beyond ASCII': utf8('{"name":"Prüfung abgeschlossen – 審査完了 🛡️"}'),
  'a body in decomposed Unicode': utf8('{"name":"Pru\u0308fung"}'),
  'a body with NUL bytes': utf8('{"name":"\0\0"}'),
  'a body of invalid UTF-8': Buffer.from(
    '7b226e616d65223a22ff fe c3 28 f0 9f 22 7d'.replaceAll(' ', ''),
    'hex',
  ),
  'a body with an encoded surrogate': Buffer.from('7b226e616d65223a22eda080227d', 'hex'),
  'a body of every byte': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  'a body of 55 bytes': utf8('a'.repeat(55)),
  'a body of 56 bytes': utf8('a'.repeat(56)),
  'a body of 63 bytes': utf8('a'.repeat(63)),
  'a body of 64 bytes': utf8('a'.repeat(64)),
  'a body of 65 bytes': utf8('a'.repeat(65)),
  'a body of 70,000 bytes': utf8('0123456789'.repeat(7000)),
} satisfies Record<string, Buffer>

/** The UTF-8 bytes of `text`. */
export function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8')
}
