import { invalid } from '../../../core/options.ts'
import type { Authenticate, AuthRequest, Principal } from '../principal.ts'
import { carriesCredentials } from './carries-credentials.ts'

/**
 * Several ways to tell who sent a request, asked in turn; the first that tells wins. Once credentials of one scheme are
 * refused, only others of the same scheme are asked still (a second issuer of tokens, say): who shows a bad signature is
 * not let in by something else. One that throws tells nothing, and is heard of when nobody else tells. Ids are one name
 * space for all of them. Throws `invalid-option`.
 */
export function anyAuthentication(ways: readonly Authenticate[]): Authenticate {
  if (!Array.isArray(ways) || ways.length === 0 || ways.some(way => typeof way !== 'function'))
    throw invalid('anyAuthentication', 'a list of authenticators, one at least', ways)
  const list = [...ways]
  const authenticate = async (request: AuthRequest): Promise<Principal | undefined> => {
    let refused: Authenticate | undefined
    let failure: { readonly error: unknown } | undefined
    for (const way of list) {
      if (refused !== undefined && (refused.scheme === undefined || way.scheme !== refused.scheme)) continue
      try {
        const principal = await way(request)
        if (principal) return principal
      } catch (error) {
        failure ??= { error }
      }
      if (carriesCredentials(way, request)) refused ??= way
    }
    if (failure) throw failure.error
    return undefined
  }
  const challenges = [...new Set(list.map(way => way.challenge ?? ''))].filter(text => text !== '')
  return Object.assign(authenticate, {
    ...(challenges.length > 0 && { challenge: challenges.join(', ') }),
    carries: (request: Omit<AuthRequest, 'body'>) => list.some(way => carriesCredentials(way, request)),
    readsBody: list.some(way => way.readsBody === true),
  })
}
