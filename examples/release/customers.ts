// The customers: a process of its own that sends requests at a steady rate through the front doors with the real client,
// and remembers the checksum of every object that it was told is stored. At the end it reads every one of them back.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { seededRandom } from '../../src/core/index.ts'
import { createFlagClient, defineFlags, fileSource } from '../../src/flags/index.ts'
import { ACCOUNTS, FEATURE } from './feature.ts'
import { s3Client } from './s3.ts'
import type { Mix } from './topology.ts'

export interface CustomersSetup {
  readonly ledger: string
  /** The flag document, and the audiences beside it. */
  readonly flags: string
  readonly audiences: string
  readonly seed: number
  /** Objects that each region has before the release begins. */
  readonly before: number
  readonly regions: readonly {
    readonly name: string
    readonly door: string
    readonly rate: number
    readonly mix: Mix
  }[]
}

/** What the customers saw in the last half second. */
export interface CustomersSaw {
  readonly type: 'saw'
  readonly at: number
  readonly ok: number
  readonly failed: number
  /** Reads in parts, which the new version alone can answer, and how many of those came back wrong. */
  readonly partial: number
  readonly wrong: number
}

export interface ReadBack {
  readonly type: 'read-back'
  readonly written: number
  readonly lost: number
  readonly changed: number
  readonly examples: readonly string[]
}

/** Requests under way at once, in all: customers do not wait for ever either, but nor do they pile up without bound. */
const MOST_IN_FLIGHT = 150
const TICK_MS = 20
const CLIENT_TIMEOUT_MS = 5000
const sha = (body: string) => createHash('sha256').update(body).digest('hex')

process.on('disconnect', () => process.exit(0))
const setup = JSON.parse(process.env.ANDON_CUSTOMERS ?? '{}') as CustomersSetup
const random = seededRandom(setup.seed)

interface Region {
  readonly name: string
  readonly s3: S3Client
  readonly rate: number
  readonly mix: [keyof Mix, number][]
  /** Keys that are stored, with their checksums. */
  readonly objects: Map<string, string>
  readonly keys: string[]
  owed: number
}

const regions: Region[] = setup.regions.map(({ name, door, rate, mix }) => ({
  name,
  s3: s3Client(door),
  rate,
  mix: Object.entries(mix) as [keyof Mix, number][],
  objects: new Map(),
  keys: [],
  owed: 0,
}))
let written = 0
let made = 0
let inFlight = 0
const NOTHING = { ok: 0, failed: 0, partial: 0, wrong: 0 }
let saw = { ...NOTHING }
/** What the customers' program may do, looked up in memory for each request. */
const flags = createFlagClient({
  source: fileSource(setup.flags, { pollMs: 500 }),
  audiences: fileSource(setup.audiences, { pollMs: 500 }),
  flags: defineFlags({ [FEATURE]: { enabled: false } }),
})

/** The ledger survives the process: what an earlier part of the run stored is read back too. */
if (existsSync(setup.ledger)) {
  for (const line of readFileSync(setup.ledger, 'utf8').split('\n').filter(Boolean)) {
    const { region, key, sum } = JSON.parse(line) as { region: string; key: string; sum: string | null }
    const one = regions.find(r => r.name === region)
    if (sum === null) one?.objects.delete(key)
    else if (one) {
      one.objects.set(key, sum)
      written++
    }
  }
  for (const r of regions) r.keys.push(...r.objects.keys())
}
const note = (region: string, key: string, sum: string | null) =>
  appendFileSync(setup.ledger, `${JSON.stringify({ region, key, sum })}\n`, { mode: 0o600 })

function pick(region: Region): keyof Mix {
  const all = region.mix.reduce((n, [, share]) => n + share, 0)
  let left = random() * all
  for (const [kind, share] of region.mix) {
    left -= share
    if (left < 0) return kind
  }
  return 'get'
}

const anyKey = (region: Region): string | undefined => region.keys[Math.floor(random() * region.keys.length)]

async function put(region: Region, abortSignal: AbortSignal): Promise<void> {
  // Keys are never written twice, so that there is one right answer for each, whatever failed in between.
  const Key = `${Math.floor(random() * 16).toString(16)}/${process.pid}-${made++}`
  const body = `${Key} ${random()} `.repeat(5 + Math.floor(random() * 40))
  await region.s3.send(new PutObjectCommand({ Bucket: 'customers', Key, Body: body }), { abortSignal })
  const sum = sha(body)
  region.objects.set(Key, sum)
  region.keys.push(Key)
  written++
  note(region.name, Key, sum)
}

async function remove(region: Region, abortSignal: AbortSignal): Promise<void> {
  const index = Math.floor(random() * region.keys.length)
  const [Key] = region.keys.splice(index, 1)
  if (Key === undefined) return
  // Forgotten before it is asked for: a delete whose answer is lost may have happened.
  region.objects.delete(Key)
  note(region.name, Key, null)
  await region.s3.send(new DeleteObjectCommand({ Bucket: 'customers', Key }), { abortSignal })
}

async function get(region: Region, abortSignal: AbortSignal): Promise<void> {
  const Key = anyKey(region)
  if (Key === undefined) return
  const expected = region.objects.get(Key)
  const accountId = ACCOUNTS[Math.floor(random() * ACCOUNTS.length)]!
  if (flags.enabled(FEATURE, { accountId })) return getInParts(region, Key, expected, abortSignal)
  const got = await region.s3.send(new GetObjectCommand({ Bucket: 'customers', Key }), { abortSignal })
  const sum = sha(await got.Body!.transformToString())
  if (region.objects.has(Key) && sum !== expected) throw new Error(`${Key} came back changed`)
}

/** The new feature: the beginning and the rest, each by itself. */
async function getInParts(region: Region, Key: string, expected: string | undefined, abortSignal: AbortSignal) {
  saw.partial++
  const part = async (Range: string) => {
    const got = await region.s3.send(new GetObjectCommand({ Bucket: 'customers', Key, Range }), { abortSignal })
    return got.Body!.transformToString()
  }
  const sum = sha((await Promise.all([part('bytes=0-63'), part('bytes=64-')])).join(''))
  if (!region.objects.has(Key) || sum === expected) return
  saw.wrong++
  throw new Error(`${Key} came back changed, in parts`)
}

async function send(region: Region): Promise<void> {
  const abortSignal = AbortSignal.timeout(CLIENT_TIMEOUT_MS)
  const kind = pick(region)
  const Key = anyKey(region)
  inFlight++
  try {
    if (kind === 'put') await put(region, abortSignal)
    else if (kind === 'delete') await remove(region, abortSignal)
    else if (kind === 'get') await get(region, abortSignal)
    else if (kind === 'head' && Key)
      await region.s3.send(new HeadObjectCommand({ Bucket: 'customers', Key }), { abortSignal })
    else if (kind === 'list') {
      const Prefix = `${Math.floor(random() * 16).toString(16)}/`
      await region.s3.send(new ListObjectsV2Command({ Bucket: 'customers', Prefix, MaxKeys: 1000 }), { abortSignal })
    }
    saw.ok++
  } catch (error) {
    // Somebody else deleted it between the choice and the request: that is an answer, not a failure.
    const gone =
      (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404 && Key !== undefined
    if (gone) saw.ok++
    else saw.failed++
  } finally {
    inFlight--
  }
}

const MOST_ASKED = 4

/**
 * What the store has. A connection that had been idle may be closed by the server in the moment in which it is used again,
 * which says nothing of the object: only an answer of the store does, and silence again and again.
 */
async function stored({ s3 }: Region, key: string): Promise<string> {
  for (let asked = 1; ; asked++) {
    try {
      const got = await s3.send(new GetObjectCommand({ Bucket: 'customers', Key: key }))
      return await got.Body!.transformToString()
    } catch (error) {
      const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
      if ($metadata?.httpStatusCode !== undefined || asked === MOST_ASKED) throw error
    }
  }
}

async function readBack(): Promise<ReadBack> {
  const work = regions.flatMap(region => [...region.objects].map(([key, sum]) => ({ region, key, sum })))
  const examples: string[] = []
  let [lost, changed] = [0, 0]
  const reader = async () => {
    for (let item = work.pop(); item; item = work.pop()) {
      const { region, key, sum } = item
      try {
        if (sha(await stored(region, key)) === sum) continue
        changed++
        examples.push(`${region.name} ${key} changed`)
      } catch (error) {
        lost++
        examples.push(`${region.name} ${key} lost: ${(error as Error).message}`)
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, reader))
  return { type: 'read-back', written, lost, changed, examples: examples.slice(0, 5) }
}

async function before(region: Region): Promise<void> {
  const more = Math.max(0, setup.before - region.objects.size)
  for (let i = 0; i < more; i += 8) {
    await Promise.all(
      Array.from({ length: Math.min(8, more - i) }, () => put(region, AbortSignal.timeout(CLIENT_TIMEOUT_MS))),
    )
  }
}

await flags.ready()
await Promise.all(regions.map(before))
process.send?.({ type: 'ready' })

const ticking = setInterval(() => {
  for (const region of regions) {
    region.owed += (region.rate * TICK_MS) / 1000
    for (; region.owed >= 1; region.owed--) if (inFlight < MOST_IN_FLIGHT) void send(region)
  }
}, TICK_MS)
const telling = setInterval(() => {
  process.send?.({ type: 'saw', at: Date.now(), ...saw } satisfies CustomersSaw)
  saw = { ...NOTHING }
}, 250)

async function conclude(): Promise<void> {
  clearInterval(ticking)
  clearInterval(telling)
  await flags.close()
  while (inFlight > 0) await new Promise(resolve => setTimeout(resolve, 10))
  process.send?.(await readBack())
}
process.on('message', (message: { type: string }) => {
  if (message.type === 'read-back') void conclude()
})
