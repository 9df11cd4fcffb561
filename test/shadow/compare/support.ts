import type { Answer, HeaderBag } from '../../../src/shadow/answer.ts'
import type { CompareOptions } from '../../../src/shadow/compare/compare-options.ts'
import type { AnswerDifference, Comparison } from '../../../src/shadow/compare/comparison.ts'
import { createComparer } from '../../../src/shadow/compare/create-comparer.ts'
import { diffJson } from '../../../src/shadow/compare/diff-json.ts'
import { readOptions } from '../../../src/shadow/compare/read-options.ts'

/** An answer with this body; what is no text or bytes goes as JSON. */
export function answer(body: unknown, headers: HeaderBag = {}, rest: Partial<Answer> = {}): Answer {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  return {
    status: 200,
    headers: { ...(isRaw ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body instanceof Uint8Array ? body : Buffer.from(isRaw ? (body as string) : JSON.stringify(body)),
    truncated: false,
    latencyMs: 1,
    ...rest,
  }
}

export async function compare(primary: Answer, candidate: Answer, options: CompareOptions = {}): Promise<Comparison> {
  return await createComparer(options)(primary, candidate)
}

/** Each difference as a line: kind, path and what is shown of both. */
export function told(differences: readonly AnswerDifference[]): string[] {
  return differences.map(
    ({ kind, path, primary, candidate }) => `${kind} ${path}: ${primary ?? '-'} / ${candidate ?? '-'}`,
  )
}

/** The differences of two values, as lines. */
export function diff(a: unknown, b: unknown, options: CompareOptions = {}): string[] {
  return told(diffJson(a, b, readOptions(options)).differences)
}

/** The same value, no object of which is the same one. */
export const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
