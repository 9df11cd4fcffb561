import { cordAllows } from '../../core/cord.ts'
import type { LocalCheck } from './refusal.ts'

/** Whether nobody has pulled the cell's cord. */
export const checkCord: LocalCheck = {
  step: 'cord',
  check({ cord }) {
    if (cordAllows(cord, 'forward')) return undefined
    return {
      code: 'cord',
      message: `the cord is pulled (${cord.level}) by ${cord.by}: ${cord.reason}`,
      change: 'the cord is released',
    }
  },
}
