/** One way to be wrong: a text of one file of src/reservation, and what stands there instead. */
export interface Mutant {
  readonly name: string
  readonly file: string
  /** Once in the file. */
  readonly text: string
  readonly by: string
  /** Of those that nobody can tell from the original: why. */
  readonly equivalent?: string
}

const CHECK = [
  ['host', 'checkHost'],
  ['capacity', 'checkCapacity'],
  ['limits', 'checkLimits'],
  ['velocity', 'checkVelocity'],
  ['windows', 'checkWindows'],
  ['zone', 'checkZone'],
  ['neighbours', 'checkNeighbours'],
  ['cord', 'checkCord'],
] as const

const dropped: readonly Mutant[] = CHECK.map(([step, check]) => ({
  name: `without-${step}`,
  file: 'decide/checks.ts',
  text: `  ${check},\n`,
  by: '',
}))

const swapped: readonly Mutant[] = CHECK.slice(1).map(([step, check], i) => ({
  name: `${step}-first`,
  file: 'decide/checks.ts',
  text: `  ${CHECK[i]![1]},\n  ${check},\n`,
  by: `  ${check},\n  ${CHECK[i]![1]},\n`,
}))

const breakable: readonly Mutant[] = ['host', 'cord'].map(step => ({
  name: `${step}-may-be-broken`,
  file: 'decide/checks.ts',
  text: "  'neighbours',\n])",
  by: `  'neighbours',\n  '${step}',\n])`,
}))

const limits: readonly Mutant[] = [
  ['casualties', '>= casualties &&', '> casualties &&'],
  ['fleet', 'if (fleet >= most)', 'if (fleet > most)'],
  ['region-or-zone', 'if (gone >= limit) return', 'if (gone > limit) return'],
  ['activity', 'return busy >= limit', 'return busy > limit'],
  ['no-region', "['region', 'zone'] as const", "['zone'] as const"],
  ['no-zone', "['region', 'zone'] as const", "['region'] as const"],
].map(([name, text, by]) => ({ name: `limits-${name}`, file: 'decide/check-limits.ts', text: text!, by: by! }))

const grants: readonly Mutant[] = [
  ['stale-time', "  if (now >= cleared.validUntil) return 'the service’s answer is too old'\n", ''],
  ['stale-placement', 'cleared.placementVersion < state.placementVersion', 'false'],
  ['stale-forgotten', 'cleared.sequence < state.goneForgotten', 'false'],
  ['stale-gone', 'if (!cleared.told.includes(state.gone[i]!.host))', 'if (false)'],
  ['stale-gone-late', '.sequence > cleared.sequence; i--', '.sequence > cleared.sequence + 1; i--'],
  ['checked-no-more', 'if (refusal) return settled(', 'if (refusal && false) return settled('],
  ['valid-for-ever', 'before: Math.min(before, validUntil)', 'before'],
  ['token-stays', 'token: state.token + 1', 'token: state.token'],
  ['lease-unlimited', 'ttlMs: Math.min(ttlMs ?? usual, max)', 'ttlMs: ttlMs ?? usual'],
  [
    'key-unknown',
    'if (known) return existing(known, now)',
    'if (known && false) return existing(known, now)',
    'the first grant of the key took the host away since the service was asked, so the answer is stale, and the next look finds the key',
  ],
  ['key-of-the-dead', 'if (expiresAt(held) <= now)', 'if (expiresAt(held) < 0)'],
  ['proposal-stays', 'if (proposal !== undefined) events.push(', 'if (proposal === null) events.push('],
].map(([name, text, by, equivalent]) => ({
  name: `grant-${name}`,
  file: 'decide/grant.ts',
  text: text!,
  by: by!,
  ...(equivalent && { equivalent }),
}))

const leases: readonly Mutant[] = [
  ['late-changes', '  before: expiresAt(held),\n', ''],
  ['early-loss', 'return { events, notBefore: Math.max(0, ...over.map(expiresAt)), result', 'return { events, result'],
  ['loss-a-second-early', 'held => expiresAt(held) <= now)', 'held => expiresAt(held) - 1000 <= now)'],
  ['no-loss', 'held => expiresAt(held) <= now)', 'held => expiresAt(held) < 0)'],
  ['backwards', 'ORDER.indexOf(to) < ORDER.indexOf(held.phase) || skipsApproval', 'skipsApproval'],
  ['unapproved', ' || skipsApproval', ''],
  ['same-phase-again', 'if (held.phase === to) return', 'if (held.phase !== held.phase) return'],
  ['renewed-for-ever', 'Math.min(ttlMs ?? held.ttlMs, state.rules.ttlMs.max)', '(ttlMs ?? held.ttlMs) + 3_600_000'],
  ['ends-by-another-name', 'state.reservations.get(held.id) ?? held', 'state.reservations.get(held.id)!'],
].map(([name, text, by]) => ({ name: `lease-${name}`, file: 'decide/lease-commands.ts', text: text!, by: by! }))

const folds: readonly Mutant[] = [
  [
    'expiry-gives-back',
    'state.away.casualties++\n  return () => {\n    state.away.casualties--\n    state.casualties.delete(host)',
    'state.away.casualties++\n  state.away.count(state.hosts, host, -1)\n  return () => {\n    state.away.count(state.hosts, host, 1)\n    state.away.casualties--\n    state.casualties.delete(host)',
  ],
  [
    'expiry-gives-back-activity',
    'state.away.casualties++\n  return () => {\n    state.away.casualties--\n    state.casualties.delete(host)',
    'state.away.casualties++\n  state.away.activity[activity]--\n  return () => {\n    state.away.activity[activity]++\n    state.away.casualties--\n    state.casualties.delete(host)',
  ],
  ['undone-count', '    away.count(hosts, host, -1)\n    byHost.delete(host)', '    byHost.delete(host)'],
  ['undone-host', '    byHost.delete(host)\n    reservations.delete(id)', '    reservations.delete(id)'],
  ['undone-key', 'if (keyName !== undefined) restore(keys, keyName, keyBefore)', ''],
  ['undone-token', '    Object.assign(state, before)\n    if (keyName', '    if (keyName'],
  [
    'gone-unnoted',
    '  state.gone.push({ sequence: stamp.sequence, host })\n',
    '  state.gone.push({ sequence: 0, host })\n',
  ],
  ['back-unnoted', '  state.back.push({ sequence, host })\n', '  state.back.push({ sequence: 0, host })\n'],
  [
    'grant-uncounted',
    'if (state.rules.velocity) state.grants.push(stamp)',
    'if (state.rules.velocity) state.grants.unshift(stamp)',
  ],
  ['cord-at', '  get at() {\n    return stamp.at\n  },\n', '  at: stamp.at,\n'],
].map(([name, text, by]) => ({ name: `fold-${name}`, file: 'state/apply.ts', text: text!, by: by! }))

const writing: readonly Mutant[] = [
  [
    'no-undo',
    'if (answer.ok) return this.#commit(batch, answer)\n        takeBack(batch)',
    'if (answer.ok) return this.#commit(batch, answer)',
  ],
  ['before-unsent', '...(before !== Number.POSITIVE_INFINITY && { before }),', ''],
  ['not-before-unsent', '...(notBefore > 0 && { notBefore }),', ''],
  ['own-unknown', 'if (mine) {', 'if (mine && false) {'],
  ['unread', '          if (fresh) return settleAll(batch)', '          return settleAll(batch)'],
].map(([name, text, by]) => ({ name: `writer-${name}`, file: 'coordinator/writer.ts', text: text!, by: by! }))

const asking: readonly Mutant[] = [
  ['late-cord', 'if (!late) return grantedLook(committed)', 'if (!late || late) return grantedLook(committed)'],
  ['unasked', "if (verdict.decision !== 'go' && !accepts(terms, verdict))", "if (verdict.decision === 'wait')"],
  [
    'waits-are-yes',
    "if (verdict.decision !== 'go' && !accepts(terms, verdict))",
    "if (verdict.decision === 'stop' && !accepts(terms, verdict))",
  ],
  ['accepts-all', 'hurt.every(stripe => accepted.has(stripe))', 'hurt.some(stripe => accepted.has(stripe))'],
  [
    'told-too-much',
    'const cleared: Cleared = { sequence, told,',
    'const cleared: Cleared = { sequence, told: [...state.hosts],',
  ],
  ['back-untold', 'if (back.sequence > sequence) told.push(back.host)', 'if (back.sequence < 0) told.push(back.host)'],
].map(([name, text, by]) => ({ name: `seeker-${name}`, file: 'coordinator/seeker.ts', text: text!, by: by! }))

const others: readonly Mutant[] = [
  {
    name: 'zone-one-too-many',
    file: 'decide/check-zone.ts',
    text: 'if (elsewhere <= 0)',
    by: 'if (elsewhere <= 1)',
  },
  {
    name: 'neighbours-one-too-many',
    file: 'decide/check-neighbours.ts',
    text: 'if (gone >= limit)',
    by: 'if (gone > limit)',
  },
  {
    name: 'capacity-one-too-many',
    file: 'decide/check-capacity.ts',
    text: 'if (total - gone - 1 < needed)',
    by: 'if (total - gone < needed)',
  },
  {
    name: 'velocity-one-too-many',
    file: 'decide/check-velocity.ts',
    text: 'grants.length - most + claimed',
    by: 'grants.length - most - 1 + claimed',
  },
  {
    name: 'casualties-unseen',
    file: 'coordinator/service.ts',
    text: "if (host !== asked) list.push(toldOf(hosts, host, 'lost', activity))",
    by: "if (host === asked) list.push(toldOf(hosts, host, 'lost', activity))",
  },
  {
    name: 'echo-unread',
    file: 'coordinator/service.ts',
    text: 'return readSafetyVerdict(answer, request, clock.now())',
    by: 'return answer',
  },
  {
    name: 'one-person-is-two',
    file: 'decide/break-glass-commands.ts',
    text: 'if (samePerson(by, proposal.holder))',
    by: 'if (by === proposal.holder)',
  },
  {
    name: 'other-stripes-agreed',
    file: 'decide/break-glass-commands.ts',
    text: 'if (differing.length > 0)',
    by: 'if (differing.length > 99)',
  },
  {
    name: 'token-unread',
    file: 'decide/refuse.ts',
    text: 'if (held.token !== token)',
    by: 'if (held.token < token)',
  },
  {
    name: 'lease-unread',
    file: 'decide/refuse.ts',
    text: '  if (expiresAt(held) <= now) throw expired(state, held, now)\n',
    by: '',
  },
  {
    name: 'casualties-unloaded',
    file: 'state/encode-state.ts',
    text: '    state.away.casualties++\n',
    by: '',
  },
  {
    name: 'keys-unsaved',
    file: 'state/encode-state.ts',
    text: 'keys: [...state.keys].map(',
    by: 'keys: [...state.keys].slice(1).map(',
  },
  {
    name: 'skipped-unsaid',
    file: 'coordinator/writer.ts',
    text: '        this.#skip()\n',
    by: '',
  },
  {
    name: 'taken-back-goes-on',
    file: 'coordinator/requests.ts',
    text: 'look.isOver === true || ',
    by: '',
  },
  {
    name: 'never-tried-again',
    file: 'coordinator/create-coordinator.ts',
    text: '      retry = clock.setTimer(everyMs, begin)\n',
    by: '',
  },
  {
    name: 'by-its-own-clock',
    file: 'decide/grant.ts',
    text: '...within(grantableWhen(state, now, terms.breakGlass !== undefined), cleared.validUntil),',
    by: 'before: cleared.validUntil,',
  },
  {
    name: 'opened-twice',
    file: 'coordinator/create-coordinator.ts',
    text: '      loaded = true\n',
    by: '',
  },
]

/** Wrong coordinators, each of which the simulation has to find out. */
export const mutants: readonly Mutant[] = [
  ...dropped,
  ...swapped,
  ...breakable,
  ...limits,
  ...grants,
  ...leases,
  ...folds,
  ...writing,
  ...asking,
  ...others,
]
