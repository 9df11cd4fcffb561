import type { Authenticate, AuthRequest } from '../principal.ts'

/** Whether a request has credentials that `way` reads, good or bad. */
export const carriesCredentials = (way: Authenticate, request: Omit<AuthRequest, 'body'>): boolean =>
  way.carries ? way.carries(request) : request.headers.authorization !== undefined
