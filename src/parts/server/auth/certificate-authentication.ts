import { invalid } from '../../../core/options.ts'
import type { Authenticate, AuthRequest, Principal } from '../principal.ts'
import { readPrincipal } from '../read-principal.ts'

export interface CertificateAuthenticationOptions {
  /** Whose certificate it is, by its SHA-256 in lower-case hex without colons; undefined: nobody's. */
  readonly principals: (fingerprint: string) => Principal | undefined | Promise<Principal | undefined>
}

/**
 * Mutual TLS. The server has to ask for certificates and to know the authority that signs them (`tls: { requestCert:
 * true, ca }`): a certificate that was not verified is as good as none. Throws `invalid-option`.
 */
export function certificateAuthentication({ principals }: CertificateAuthenticationOptions): Authenticate {
  if (typeof principals !== 'function')
    throw invalid('certificateAuthentication principals', 'a function', typeof principals)
  const authenticate = async ({ certificate }: AuthRequest) => {
    if (certificate === undefined) return undefined
    const known = await principals(certificate)
    return known && readPrincipal(known.id, known.roles)
  }
  return Object.assign(authenticate, {
    scheme: 'certificate',
    carries: ({ certificate }: Omit<AuthRequest, 'body'>) => certificate !== undefined,
  })
}
