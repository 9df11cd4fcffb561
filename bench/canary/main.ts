import type { Figure } from '../figure.ts'
import { measureFleet } from './fleet/main.ts'
import { measureTraffic } from './traffic/main.ts'

export async function measure(tell: (figure: Figure) => void): Promise<void> {
  await measureFleet(tell)
  measureTraffic(tell)
}
