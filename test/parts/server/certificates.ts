import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../temp-folder.ts'

/** A key and its certificate, in PEM. */
export interface Pair {
  readonly key: string
  readonly cert: string
}

/** Whether there is an `openssl` to make certificates with. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' })
    return true
  } catch {
    console.warn('SKIPPED: mutual TLS is not tested here, because there is no openssl to make certificates with')
    return false
  }
}

/** An authority, and what it signs. */
export async function authority(name: string) {
  const folder = await tempFolder()
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const read = (file: string): Pair => ({
    key: readFileSync(join(folder, `${file}.key`), 'utf8'),
    cert: readFileSync(join(folder, `${file}.pem`), 'utf8'),
  })
  openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', `/CN=${name}`)
  return {
    ca: read('ca').cert,
    sign(common: string): Pair {
      openssl(
        'req',
        ...curve,
        '-keyout',
        `${common}.key`,
        '-out',
        'request.csr',
        '-subj',
        `/CN=${common}`,
        '-addext',
        'subjectAltName=IP:127.0.0.1,DNS:localhost',
      )
      openssl(
        'x509',
        '-req',
        '-in',
        'request.csr',
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-copy_extensions',
        'copy',
        '-days',
        '2',
        '-out',
        `${common}.pem`,
      )
      return read(common)
    },
  }
}

export const fingerprintOf = ({ cert }: Pair): string =>
  new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase()
