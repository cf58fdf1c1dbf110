import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate with its key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** Makes a certificate for localhost that nobody trusts, with the `openssl` command. */
export function createSelfSignedCertificate(): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'complywise-page-certificate-'))
  try {
    const options = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out cert'
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    execFileSync('openssl', ['req', ...options.split(' '), ...subject], { cwd: directory, stdio: 'pipe' })
    return {
      cert: readFileSync(join(directory, 'cert'), 'utf8'),
      key: readFileSync(join(directory, 'key'), 'utf8'),
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
