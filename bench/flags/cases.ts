import { seededRandom } from '../../src/core/index.ts'

/** Who asks: what every peer is given, each in the form that it wants. */
export interface Account {
  readonly region: 'eu' | 'us'
  readonly accountId: string
}

export const FLAGS = {
  fixed: 'static flag',
  attribute: 'one attribute rule',
  split: 'rule and split',
  list: 'allow list of 100,000 ids',
} as const

/** Four flags, the same for all: on for everybody; for a region; for a fifth of a region; for the members of a list. */
export type FlagName = keyof typeof FLAGS

export const FLAG_NAMES = Object.keys(FLAGS) as FlagName[]

/** The part of the region that the split is on for, in percent. */
export const SHARE = 20

const random = seededRandom(11)
const digits = (length: number) => Array.from({ length }, () => String(Math.floor(1e11 + random() * 9e11)))

/** The ids of the list, twelve digits each. */
export const MEMBERS: readonly string[] = [...new Set(digits(100_100))].slice(0, 100_000)
const members = new Set(MEMBERS)

/** A request's id is a string of its own, never the very one that the list was made of. */
const own = (id: string) => Buffer.from(id, 'latin1').toString('latin1')

const strangers = digits(2048).filter(id => !members.has(id))

/** A power of two of them. Half is in the region; half of each half, from all over the list, is a member. */
export const ACCOUNTS: readonly Account[] = Array.from({ length: 1024 }, (_, i) => ({
  region: i % 2 === 0 ? 'eu' : 'us',
  accountId: own((i & 2) === 0 ? MEMBERS[Math.floor(random() * MEMBERS.length)]! : strangers[i]!),
}))

/** What is wrong with a peer's answers, one for each account; undefined when it means the same as everybody. */
export function wrong(flag: FlagName, answers: readonly (boolean | undefined)[]): string | undefined {
  const inRegion = ACCOUNTS.filter(a => a.region === 'eu').length
  const on = answers.filter(Boolean).length
  const differs = (expected: (account: Account) => boolean) => {
    const at = ACCOUNTS.findIndex((account, i) => answers[i] !== expected(account))
    return at < 0 ? undefined : `${JSON.stringify(ACCOUNTS[at])} gets ${answers[at]}`
  }
  switch (flag) {
    case 'fixed':
      return differs(() => true)
    case 'attribute':
      return differs(({ region }) => region === 'eu')
    case 'list':
      return differs(({ accountId }) => members.has(accountId))
    case 'split': {
      if (ACCOUNTS.some(({ region }, i) => answers[i] && region !== 'eu')) return 'on outside of the region'
      const share = (100 * on) / inRegion
      return Math.abs(share - SHARE) <= 5 ? undefined : `on for ${share.toFixed(1)} % of the region`
    }
  }
}
