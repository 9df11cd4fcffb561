import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Figure, figure, median } from '../figure.ts'

const SUBJECT = 'reservation'
const MILLION = 1_000_000
const ROUNDS = 3

interface Planned {
  readonly seconds: number
  readonly groups: number
  readonly lowerBound: number
  readonly randomBound: number
  readonly megabytes: number
  readonly inputMegabytes: number
  readonly peakMegabytes: number
  readonly broken: number
  readonly firstFit: number
}

interface Task {
  readonly hosts: number
  readonly zones?: number
  readonly tolerance?: number
  readonly effort?: number
  readonly compare?: boolean
}

/** Each plan in a process of its own, so that neither memory nor a warm compiler is left from another. */
export async function measurePlanner(tell: (figure: Figure) => void): Promise<void> {
  const rounds: Planned[] = []
  for (let i = 0; i < ROUNDS; i++) rounds.push(await plan({ hosts: MILLION }))
  const of = (value: (planned: Planned) => number) => median(rounds.map(value))
  const { groups, lowerBound, randomBound } = rounds[0]!
  const bound = Math.max(lowerBound, randomBound)
  const input = `${of(p => p.inputMegabytes).toFixed(0)} MB of it are the input`
  const words = (p: Planned) => `${p.groups} groups, stripe bound ${p.lowerBound}, random bound ${p.randomBound}`
  tell(
    figure(
      SUBJECT,
      '1,000,000 hosts planned',
      of(p => p.seconds),
      's',
      words(rounds[0]!),
    ),
  )
  tell(
    figure(
      SUBJECT,
      '1,000,000 hosts planned, memory added',
      of(p => p.megabytes),
      'MB',
      input,
    ),
  )
  tell(figure(SUBJECT, '1,000,000 hosts planned, groups beside the bound', groups / bound, 'x', words(rounds[0]!)))

  const hard = await plan({ hosts: MILLION, effort: 15 })
  const beside = `${words(hard)}; ${hard.seconds.toFixed(1)} s`
  tell(figure(SUBJECT, 'with effort 15, groups beside the bound', hard.groups / bound, 'x', beside))

  const small = await plan({ hosts: 200_000, compare: true })
  const plain = `${small.groups} groups, ${small.firstFit} by first-fit, 200,000 hosts`
  tell(figure(SUBJECT, "groups beside a plain first-fit's", small.groups / small.firstFit, 'x', plain))

  const two = await plan({ hosts: MILLION, tolerance: 2 })
  tell(figure(SUBJECT, 'tolerance 2, groups beside tolerance 1', two.groups / groups, 'x', words(two)))

  const large = await plan({ hosts: 10 * MILLION, zones: 4 })
  const took = `${large.seconds.toFixed(1)} s, 4 zones, ${words(large)}; input ${large.inputMegabytes.toFixed(0)} MB`
  tell(figure(SUBJECT, '10,000,000 hosts planned zone by zone, most memory', large.peakMegabytes, 'MB', took))
}

async function plan({ hosts, zones = 1, tolerance = 1, effort = 0.5, compare = false }: Task): Promise<Planned> {
  const args = [hosts, zones, tolerance, effort, Number(compare)].map(String)
  const file = fileURLToPath(new URL('./planner-child.ts', import.meta.url))
  const child = fork(file, args, {
    execArgv: ['--expose-gc', '--max-old-space-size=4096'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const [planned] = (await Promise.race([once(child, 'message'), ended.then(() => [undefined])])) as [
    Planned | undefined,
  ]
  await ended
  if (!planned) throw new Error(`planning ${args.join(' ')} ended without a result`)
  if (planned.broken > 0) throw new Error(`planning ${args.join(' ')}: ${planned.broken} stripes are in danger`)
  return planned
}
