import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.ts'
import { invalid, literalOption, numberOption, textOption } from '../core/options.ts'
import { realClock } from '../core/real-clock.ts'
import { type Answer, type Published, tokenContract } from './app-config-contract.ts'
import { type AppConfigFault, FAULTS, isRefusal, REFUSALS, type Refusal, tokenRefusal } from './app-config-faults.ts'
import { type ControlDeployment, controlPlane, type HostedVersion } from './control-plane.ts'
import { CONTROL_IDS, type ControlAnswer, type ControlCall, controlRoute } from './control-routes.ts'
import { onLoopback } from './on-loopback.ts'

/** The two calls of the Data API (`start` a session, `get` the latest configuration), and those of the control plane. */
export type AppConfigCall = 'start' | 'get' | ControlCall

/** Options of `startAppConfigServer`. */
export interface AppConfigServerOptions {
  /** What is deployed at first. Default: nothing, and starting a session answers 404 until something is published. */
  readonly content?: string | object
  /**
   * Names that are known to sessions, as are the ids behind them; another application, environment or profile is 404.
   * Default: every name is, and the control plane calls them `application`, `environment` and `profile`.
   */
  readonly application?: string
  readonly environment?: string
  readonly profile?: string
  /** How long a token can be used, in milliseconds. Default 24 hours. */
  readonly tokenLifeMs?: number
  /** By which tokens age and intervals pass. Default: the system's clock. */
  readonly clock?: Clock
}

/** A deployment. */
export interface PublishOptions {
  /** The version label. Default: `1` for the first deployment, `2` for the next, … Empty: none. */
  readonly label?: string
  /** Default `application/json`. */
  readonly contentType?: string
}

/** A fault to come. */
export interface FaultOptions {
  /** How many calls it hits, one after the other. Default 1; Infinity: all, until `heal`. */
  readonly times?: number
  /** The call that it hits. Default `get`. */
  readonly on?: AppConfigCall
}

/** Calls counted since the server was started, whatever became of them. */
export interface AppConfigCounts {
  start: number
  get: number
  /** `get` calls answered with content, and with "unchanged". */
  content: number
  unchanged: number
  /** Tokens refused: before their time, past their life, and used before or never given. */
  tooEarly: number
  expired: number
  corrupted: number
  /** Calls of the control plane. */
  control: number
  /** Calls that a fault hit. */
  faults: number
}

/** The Data API and the control plane of one profile on this machine. */
export interface AppConfigServer {
  /** What a client takes as its `endpoint`: `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  readonly counts: Readonly<AppConfigCounts>
  /** What the control plane's hosted store has, and what was deployed of it; the oldest first. */
  readonly versions: readonly HostedVersion[]
  readonly deployments: readonly Readonly<ControlDeployment>[]
  /** The poll interval that the last session asked for, in seconds. */
  readonly requestedIntervalS: number | undefined
  /** Deploys a content to everybody. An object is sent as JSON; a Uint8Array as it is. */
  publish(content: string | object, options?: PublishOptions): void
  /** Makes calls go wrong that are still to come. Faults of one call queue up. */
  fail(fault: AppConfigFault, options?: FaultOptions): void
  /** Forgets the faults that did not come yet. */
  heal(): void
  /** Ends the life of every token given till now. */
  expireTokens(): void
  /** Changes the interval that answers carry and the server insists on, in seconds; undefined: what sessions ask for. */
  setInterval(seconds: number | undefined): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const DAY_MS = 86_400_000
const DEFAULT_INTERVAL_S = 60
const LONGEST_REQUEST = 65_536
/** The largest configuration that the hosted store takes is 2 MB by default. */
const LONGEST_DOCUMENT = 2 * 1024 * 1024
const IDS = [CONTROL_IDS.application, CONTROL_IDS.environment, CONTROL_IDS.profile]
const CALLS: readonly AppConfigCall[] = [
  'start',
  'get',
  'list',
  'get-version',
  'create-version',
  'delete-version',
  'start-deployment',
  'stop-deployment',
]

/**
 * Starts a server on a free port of 127.0.0.1 that keeps the contract of AWS AppConfig's Data API and control plane, for
 * tests with the real SDKs: sessions, tokens that are good for one call, poll intervals, empty answers for what a session
 * has seen; hosted versions, deployments by strategy (which go on by `clock`), stops; and faults on demand. Takes every signature and every credential: it is for tests, and holds nothing secret. Throws
 * `invalid-option`.
 */
export async function startAppConfigServer(options: AppConfigServerOptions = {}): Promise<AppConfigServer> {
  const { clock = realClock } = options
  const names = (['application', 'environment', 'profile'] as const).map(part => {
    const known = options[part]
    return known === undefined ? undefined : textOption(`startAppConfigServer ${part}`, known)
  })
  const tokenLifeMs = numberOption('startAppConfigServer tokenLifeMs', options.tokenLifeMs ?? DAY_MS, 1)
  const tokens = tokenContract(clock, tokenLifeMs)
  const counts: AppConfigCounts = {
    start: 0,
    get: 0,
    content: 0,
    unchanged: 0,
    tooEarly: 0,
    expired: 0,
    corrupted: 0,
    control: 0,
    faults: 0,
  }
  const faults = new Map<AppConfigCall, { fault: AppConfigFault; left: number }[]>()
  let published: Published | undefined
  let versions = 0
  let requestedIntervalS: number | undefined

  const controlNames = {
    application: names[0] ?? 'application',
    environment: names[1] ?? 'environment',
    profile: names[2] ?? 'profile',
  }
  const plane = controlPlane(clock, ({ content, label, contentType }) => {
    published = { content, label: label ?? '', contentType }
  })
  const publish = (content: string | object, { label, contentType = 'application/json' }: PublishOptions = {}) => {
    versions++
    published = { content: bytesOf(content), label: label ?? String(versions), contentType }
  }
  const faultFor = (call: AppConfigCall): AppConfigFault | undefined => {
    const [next] = faults.get(call) ?? []
    if (!next) return undefined
    if (--next.left <= 0) faults.get(call)?.shift()
    counts.faults++
    return next.fault
  }
  const refuse = (response: ServerResponse, { status, type, body }: Refusal) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const contentType = typeof body === 'string' ? 'text/html' : 'application/json'
    response.writeHead(status, { 'content-type': contentType, ...(type === '' ? {} : { 'x-amzn-errortype': type }) })
    response.end(text)
  }
  const startSession = async (request: IncomingMessage, response: ServerResponse, fault?: AppConfigFault) => {
    const asked = JSON.parse((await bodyOf(request, LONGEST_REQUEST)).toString()) as Record<string, unknown>
    const given = [asked.ApplicationIdentifier, asked.EnvironmentIdentifier, asked.ConfigurationProfileIdentifier]
    if (!published || names.some((known, i) => known !== undefined && known !== given[i] && IDS[i] !== given[i]))
      return refuse(response, REFUSALS['not-found'])
    const required = asked.RequiredMinimumPollIntervalInSeconds ?? DEFAULT_INTERVAL_S
    if (typeof required !== 'number' || required < 15 || required > 86_400)
      return refuse(response, REFUSALS['bad-request'])
    requestedIntervalS = required
    const token = tokens.start(required)
    if (fault === 'lost') return response.destroy()
    const body = JSON.stringify(fault === 'no-token' ? {} : { InitialConfigurationToken: token })
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    if (fault === 'reset') return cutAfter(response, body.slice(0, 10))
    response.end(body)
  }
  const getLatest = (url: URL, response: ServerResponse, fault?: AppConfigFault) => {
    if (!published) return refuse(response, REFUSALS['not-found'])
    const answer = tokens.use(url.searchParams.get('configuration_token') ?? '', published)
    count(counts, answer)
    if ('problem' in answer) return refuse(response, tokenRefusal(answer.problem))
    if (fault === 'lost') return response.destroy()
    const { content, token, intervalS } = answer
    const body = content?.content ?? new Uint8Array()
    response.writeHead(200, {
      ...(fault === 'no-token' ? {} : { 'next-poll-configuration-token': token }),
      'next-poll-interval-in-seconds': String(intervalS),
      'content-type': content?.contentType ?? 'application/octet-stream',
      // An answer that will be cut promises more than is sent, also where the body is empty.
      'content-length': body.byteLength + (fault === 'reset' ? 1 : 0),
      // Empty, as the service sends it, when the session has the latest version.
      'version-label': content?.label ?? '',
    })
    if (fault === 'reset') return cutAfter(response, body.subarray(0, body.byteLength >> 1))
    response.end(body)
  }

  const answerControl = async (
    control: NonNullable<ReturnType<typeof controlRoute>>,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ) => {
    counts.control++
    const fault = 'call' in control ? faultFor(control.call) : undefined
    if (fault === 'hang') return
    if (fault !== undefined && isRefusal(fault)) return refuse(response, REFUSALS[fault])
    let answer: ControlAnswer
    try {
      const body = await bodyOf(request, LONGEST_DOCUMENT)
      answer = 'call' in control ? control.answer({ request, url, body }) : control
    } catch {
      return refuse(response, REFUSALS['bad-request'])
    }
    // The call is done, whatever becomes of its answer.
    if (fault === 'lost' || fault === 'reset') return response.destroy()
    const { status, headers, body } = answer
    const isBytes = body instanceof Uint8Array
    response.writeHead(status, { ...(isBytes ? {} : { 'content-type': 'application/json' }), ...headers })
    response.end(body === undefined || isBytes ? body : JSON.stringify(body))
  }

  // At the first use: a good part of what importing this costs.
  const { createServer } = await import('node:http')
  const server = createServer((request, response) => {
    const host = request.headers.host ?? ''
    // What a page in a browser sends, by way of a name that leads here or from another origin.
    if (host !== `127.0.0.1:${port}` || request.headers.origin !== undefined)
      return refuse(response, REFUSALS.forbidden)
    const url = new URL(request.url ?? '/', `http://${host}`)
    const control = controlRoute(plane, controlNames, request.method ?? '', url.pathname)
    if (control !== undefined) return void answerControl(control, request, response, url)
    const route = `${request.method} ${url.pathname}`
    const call = route === 'POST /configurationsessions' ? 'start' : route === 'GET /configuration' ? 'get' : undefined
    if (!call) return refuse(response, { status: 404, type: 'UnknownOperationException', body: {} })
    counts[call]++
    const fault = faultFor(call)
    if (fault === 'hang') return
    if (fault !== undefined && isRefusal(fault)) return refuse(response, REFUSALS[fault])
    if (call === 'get') return getLatest(url, response, fault)
    startSession(request, response, fault).catch(() => {
      if (response.headersSent) response.destroy()
      else refuse(response, REFUSALS['bad-request'])
    })
  })
  if (options.content !== undefined) publish(options.content)
  const { port, close } = await onLoopback(server)
  return {
    versions: plane.versions,
    deployments: plane.deployments,
    endpoint: `http://127.0.0.1:${port}`,
    counts,
    get requestedIntervalS() {
      return requestedIntervalS
    },
    publish,
    fail(fault, { times = 1, on = 'get' } = {}) {
      literalOption('fail fault', fault, FAULTS)
      if (!(times >= 1)) throw invalid('fail times', 'a number, 1 or more', times)
      const call = literalOption('fail on', on, CALLS)
      faults.set(call, [...(faults.get(call) ?? []), { fault, left: times }])
    },
    heal() {
      faults.clear()
    },
    expireTokens: tokens.expireAll,
    setInterval(seconds) {
      tokens.interval(seconds === undefined ? undefined : numberOption('setInterval seconds', seconds, 0))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function bytesOf(content: string | object): Uint8Array {
  if (content instanceof Uint8Array) return content.slice()
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
}

function count(counts: AppConfigCounts, answer: Answer): void {
  if (!('problem' in answer)) counts[answer.content === undefined ? 'unchanged' : 'content']++
  else if (answer.problem === 'PollIntervalNotSatisfied') counts.tooEarly++
  else counts[answer.problem === 'Expired' ? 'expired' : 'corrupted']++
}

/** Sends what is given and cuts the connection, once it is on its way. */
function cutAfter(response: ServerResponse, part: string | Uint8Array): void {
  response.flushHeaders()
  if (part.length === 0) setImmediate(() => response.destroy())
  else response.write(part, () => response.destroy())
}

async function bodyOf(request: IncomingMessage, longest: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.byteLength
    if (length > longest) throw new RangeError('the request is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
