import type { Figure } from '../figure.ts'
import { measureHttp } from './http.ts'
import { measureMillion } from './million.ts'
import { measurePairs } from './pairs.ts'
import { measurePlanner } from './planner.ts'

export async function measure(tell: (figure: Figure) => void): Promise<void> {
  await measurePairs(tell)
  await measureHttp(tell)
  await measureMillion(tell)
  await measurePlanner(tell)
}
