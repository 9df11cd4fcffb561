import type { Reason } from '../../core/verdict.ts'

const REASONS = 20
const CODE = 200
const MESSAGE = 1000
const DETAIL = 2000

/** Reasons as they are written down: the first of them, cut where somebody outside said too much. */
export function brief(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.slice(0, REASONS).map(({ code, message, detail }) => ({
    code: code.slice(0, CODE),
    message: message.slice(0, MESSAGE),
    ...(detail !== undefined && { detail: isShort(detail) ? detail : '(too long to be kept)' }),
  }))
}

const isShort = (detail: unknown) => (JSON.stringify(detail) ?? '').length <= DETAIL
