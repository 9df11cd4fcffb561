import { invalid, textOption } from '../../../core/options.ts'

/**
 * A namespace that CloudWatch takes, or the `invalid-option` error: 1 to 255 letters, digits and `.-_/#:` (and blanks),
 * and not one of AWS's own. Source: API_PutMetricData, Namespace.
 */
export function readNamespace(field: string, value: unknown): string {
  const namespace = textOption(field, value)
  if (namespace.length > 255 || !/^[A-Za-z0-9._\-/#: ]+$/.test(namespace) || namespace.startsWith(':'))
    throw invalid(field, 'at most 255 letters, digits, blanks and . - _ / # :', value)
  if (namespace.startsWith('AWS/')) throw invalid(field, 'a namespace that does not begin with AWS/', value)
  return namespace
}
