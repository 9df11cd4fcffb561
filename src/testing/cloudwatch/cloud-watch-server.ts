import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { invalid, literalOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { onLoopback } from '../on-loopback.ts'
import { alarmShelf } from './alarm-shelf.ts'
import { type AlarmState, alarmStateAt } from './alarm-state.ts'
import { type CloudWatchFault, FAULTS, isRefusal, REFUSALS } from './faults.ts'
import { readMetricData, type StoredDatum } from './put-metric-data.ts'
import type { StoredAlarm } from './stored-alarm.ts'
import { bodyOfError, headersOf, Refused, readRequest, type WireError } from './wire.ts'

/** The calls that are answered. */
export type CloudWatchCall = 'PutMetricData' | 'PutMetricAlarm' | 'DescribeAlarms' | 'DeleteAlarms'

/** Options of `startCloudWatchServer`. */
export interface CloudWatchServerOptions {
  /** By which times are too old, and periods pass. Default: the system's clock. */
  readonly clock?: Clock
}

/** A PutMetricData that was taken. */
export interface TakenRequest {
  readonly data: readonly StoredDatum[]
  /** Of its body, unpacked. */
  readonly bytes: number
  readonly gzip: boolean
}

/** A CloudWatch on this machine. */
export interface CloudWatchServer {
  /** What a client takes as its `endpoint`: `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  /** Every call that came, by its name, whatever became of it. */
  readonly counts: Readonly<Record<CloudWatchCall | 'faults' | 'refused', number>>
  /** What PutMetricData took, the oldest first. */
  readonly requests: readonly TakenRequest[]
  /** The same, without their requests. */
  readonly data: readonly StoredDatum[]
  readonly alarmNames: readonly string[]
  alarm(name: string): StoredAlarm | undefined
  /** The alarm's state, by what was published, at a moment: now by default. Throws `not-found`. */
  alarmState(name: string, now?: number): AlarmState
  /** Puts a composite alarm there: of another kind, with a name that is taken. */
  addCompositeAlarm(name: string): void
  /** Makes calls go wrong that are still to come. Faults of one call queue up. */
  fail(fault: CloudWatchFault, options?: { readonly times?: number; readonly on?: CloudWatchCall }): void
  /** Forgets the faults that did not come yet. */
  heal(): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const CALLS: readonly CloudWatchCall[] = ['PutMetricData', 'PutMetricAlarm', 'DescribeAlarms', 'DeleteAlarms']

/**
 * Starts a server on a free port of 127.0.0.1 that keeps the contract of CloudWatch's PutMetricData, PutMetricAlarm,
 * DescribeAlarms and DeleteAlarms, for tests with the real SDK: its limits, its errors, gzip; alarms that are judged by
 * what was published; and faults on demand. Takes every signature and every credential: it is for tests, and holds
 * nothing secret. It remembers all that it took.
 */
export async function startCloudWatchServer(options: CloudWatchServerOptions = {}): Promise<CloudWatchServer> {
  const { clock = realClock } = options
  const counts = { PutMetricData: 0, PutMetricAlarm: 0, DescribeAlarms: 0, DeleteAlarms: 0, faults: 0, refused: 0 }
  const faults = new Map<CloudWatchCall, { fault: CloudWatchFault; left: number }[]>()
  const requests: TakenRequest[] = []
  const data: StoredDatum[] = []
  const stateOf = (alarm: StoredAlarm, now = clock.now()) => alarmStateAt(alarm, data, now)
  const shelf = alarmShelf(() => clock.now(), stateOf)

  const faultFor = (call: CloudWatchCall): CloudWatchFault | undefined => {
    const [next] = faults.get(call) ?? []
    if (!next) return undefined
    if (--next.left <= 0) faults.get(call)?.shift()
    counts.faults++
    return next.fault
  }
  const refuse = (response: ServerResponse, error: WireError) => {
    response.writeHead(error.status, headersOf(error))
    response.end(bodyOfError(error))
  }
  const perform = (call: CloudWatchCall, request: Awaited<ReturnType<typeof readRequest>>): object => {
    if (call === 'PutMetricAlarm') return shelf.put(request.input)
    if (call === 'DescribeAlarms') return shelf.describe(request.input)
    if (call === 'DeleteAlarms') return shelf.delete(request.input)
    const taken = readMetricData(request, clock.now())
    requests.push({ data: taken, bytes: request.bytes, gzip: request.gzip })
    data.push(...taken)
    return {}
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const read = await readRequest(request)
    const call = CALLS.find(c => c === read.operation)
    if (call === undefined) throw new Refused({ ...REFUSALS.forbidden, message: `${read.operation} is not known here` })
    counts[call]++
    const fault = faultFor(call)
    if (fault === 'hang') return
    if (fault === 'reset') return void response.destroy()
    if (fault === 'unavailable') {
      response.writeHead(503, { 'content-type': 'text/html' })
      return void response.end('<html><body>503 Service Temporarily Unavailable</body></html>')
    }
    if (fault !== undefined && isRefusal(fault)) return refuse(response, REFUSALS[fault])
    const body = perform(call, read)
    if (fault === 'lost') return void response.destroy()
    if (fault === 'silent') return
    response.writeHead(200, headersOf())
    response.end(JSON.stringify(body))
  }

  // At the first use: a good part of what importing this costs.
  const { createServer } = await import('node:http')
  const server = createServer((request, response) => {
    // What a page in a browser sends, by way of a name that leads here or from another origin.
    if (request.headers.host !== `127.0.0.1:${port}` || request.headers.origin !== undefined)
      return refuse(response, REFUSALS.forbidden)
    answer(request, response).catch(error => {
      counts.refused++
      const malformed = { status: 400, type: 'SerializationException', code: 'MalformedInput', message: String(error) }
      if (response.headersSent) response.destroy()
      else refuse(response, error instanceof Refused ? error.wire : malformed)
    })
  })
  const { port, close } = await onLoopback(server)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    counts,
    requests,
    data,
    get alarmNames() {
      return shelf.names()
    },
    alarm: shelf.get,
    alarmState(name, now) {
      const alarm = shelf.get(name)
      if (alarm === undefined) throw new AndonError('not-found', `alarmState: there is no metric alarm named ${name}`)
      return stateOf(alarm, now)
    },
    addCompositeAlarm: shelf.addComposite,
    fail(fault, { times = 1, on = 'PutMetricData' } = {}) {
      literalOption('fail fault', fault, FAULTS)
      if (!(times >= 1)) throw invalid('fail times', 'a number, 1 or more', times)
      const call = literalOption('fail on', on, CALLS)
      faults.set(call, [...(faults.get(call) ?? []), { fault, left: times }])
    },
    heal() {
      faults.clear()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
