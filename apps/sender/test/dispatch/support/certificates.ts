import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate with its key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** A certificate authority, and certificates for 127.0.0.1. */
export interface Certificates {
  /** What a client must trust for {@link Certificates.trusted}. */
  readonly authority: string
  readonly trusted: Certificate
  /** By the same authority, for another host. */
  readonly otherHost: Certificate
  /** By the same authority, a day too old. */
  readonly expired: Certificate
  readonly selfSigned: Certificate
}

/** Makes them with the `openssl` command. */
export function createCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'complywise-certificates-'))
  const run = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
  }
  const read = (name: string): Certificate => ({
    cert: readFileSync(join(directory, `${name}.crt`), 'utf8'),
    key: readFileSync(join(directory, `${name}.key`), 'utf8'),
  })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

  function selfSign(name: string, ...extensions: readonly string[]): void {
    run(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-subj',
      `/CN=${name}`,
      ...extensions,
    )
  }

  function issue(name: string, subjectAltName: string, days: string): void {
    run('req', '-new', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    writeFileSync(join(directory, `${name}.ext`), `subjectAltName=${subjectAltName}\n`)
    run('x509', '-req', '-in', `${name}.csr`, '-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial',
      '-days', days, '-extfile', `${name}.ext`, '-out', `${name}.crt`) // prettier-ignore
  }

  try {
    selfSign('authority')
    selfSign('selfSigned', '-addext', 'subjectAltName=IP:127.0.0.1')
    issue('trusted', 'IP:127.0.0.1', '1')
    issue('otherHost', 'DNS:example.com', '1')
    issue('expired', 'IP:127.0.0.1', '-1')
    return {
      authority: read('authority').cert,
      trusted: read('trusted'),
      otherHost: read('otherHost'),
      expired: read('expired'),
      selfSigned: read('selfSigned'),
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
