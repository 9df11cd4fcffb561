import type { IncomingMessage } from 'node:http'
import {
  AT_ONCE,
  type ControlDeployment,
  type ControlPlane,
  type ControlRefusal,
  type HostedVersion,
  STRATEGIES,
} from './control-plane.ts'

/** What the control plane answers on the wire. */
export interface ControlAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object | Uint8Array
}

/** The calls of the control plane that faults can hit. */
export type ControlCall =
  | 'list'
  | 'get-version'
  | 'create-version'
  | 'delete-version'
  | 'start-deployment'
  | 'stop-deployment'

/** Names of the one application, environment and profile, by which their ids are found. */
export interface ControlNames {
  readonly application: string
  readonly environment: string
  readonly profile: string
}

/** The ids that go with the names. */
export const CONTROL_IDS: ControlNames = { application: 'appl001', environment: 'envi001', profile: 'prof001' }

/** A page of a list, small enough that a test with three items turns one. */
const PAGE = 2

function decoded(path: string): string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent)
  } catch {
    return undefined
  }
}

interface Route {
  readonly call: ControlCall
  answer(given: { readonly request: IncomingMessage; readonly url: URL; readonly body: Buffer }): ControlAnswer
}

/** Which call a request is, and how it is answered; undefined for what is no call of the control plane. */
export function controlRoute(
  plane: ControlPlane,
  names: ControlNames,
  method: string,
  path: string,
): Route | ControlAnswer | undefined {
  const parts = decoded(path)
  if (parts === undefined) return { status: 400, headers: { 'x-amzn-errortype': 'BadRequestException' } }
  const list = (items: () => readonly object[]): Route => ({
    call: 'list',
    answer: ({ url }) => page(items(), url),
  })
  const known = (at: number, id: string) => parts[at] === id
  const { application, environment, profile } = CONTROL_IDS
  if (method === 'GET' && path === '/deploymentstrategies')
    return list(() => [...Object.keys(STRATEGIES), AT_ONCE].map(name => ({ Id: name, Name: name })))
  if (parts[0] !== 'applications') return undefined
  if (method === 'GET' && parts.length === 1) return list(() => [{ Id: application, Name: names.application }])
  if (!known(1, application)) return refusal(notFound('application', parts[1]))
  if (method === 'GET' && parts.length === 3 && parts[2] === 'environments')
    return list(() => [{ Id: environment, Name: names.environment }])
  if (method === 'GET' && parts.length === 3 && parts[2] === 'configurationprofiles')
    return list(() => [{ Id: profile, Name: names.profile, LocationUri: 'hosted' }])
  if (parts[2] === 'configurationprofiles' && parts[4] === 'hostedconfigurationversions')
    return known(3, profile)
      ? versionRoute(plane, method, parts[5], list)
      : refusal(notFound('configuration profile', parts[3]))
  if (parts[2] === 'environments' && parts[4] === 'deployments')
    return known(3, environment)
      ? deploymentRoute(plane, names, method, parts[5], list)
      : refusal(notFound('environment', parts[3]))
  return undefined
}

type ListRoute = (items: () => readonly object[]) => Route

function versionRoute(plane: ControlPlane, method: string, number: string | undefined, list: ListRoute) {
  if (method === 'GET' && number === undefined) return list(() => plane.versions.toReversed().map(versionSummary))
  if (method === 'POST' && number === undefined) return route('create-version', given => createVersion(plane, given))
  const found = plane.versions.find(v => String(v.version) === number)
  if (!found) return refusal(notFound('version', number))
  if (method === 'GET')
    return route('get-version', () => ({ status: 200, headers: versionHeaders(found), body: found.content }))
  if (method !== 'DELETE') return undefined
  return route('delete-version', () => {
    const no = plane.remove(found.version)
    return no ? refusal(no) : { status: 204 }
  })
}

function deploymentRoute(
  plane: ControlPlane,
  names: ControlNames,
  method: string,
  number: string | undefined,
  list: ListRoute,
) {
  const shown = (d: ControlDeployment) => deploymentShown(d, names)
  if (method === 'GET' && number === undefined)
    return list(() => {
      plane.settle()
      return plane.deployments.toReversed().map(shown)
    })
  if (method === 'POST' && number === undefined)
    return route('start-deployment', ({ body }) => {
      const asked = JSON.parse(body.toString()) as Record<string, unknown>
      if (asked.ConfigurationProfileId !== CONTROL_IDS.profile)
        return refusal(notFound('configuration profile', String(asked.ConfigurationProfileId)))
      const strategy = String(asked.DeploymentStrategyId)
      if (!(strategy in STRATEGIES) && strategy !== AT_ONCE) return refusal(notFound('deployment strategy', strategy))
      const made = plane.start(String(asked.ConfigurationVersion), strategy, String(asked.Description ?? ''))
      return 'type' in made ? refusal(made) : { status: 201, body: shown(made) }
    })
  if (method !== 'DELETE') return undefined
  return route('stop-deployment', ({ request }) => {
    const stopped = plane.stop(Number(number), request.headers['allow-revert'] === 'true')
    return 'type' in stopped ? refusal(stopped) : { status: 202, body: shown(stopped) }
  })
}

const route = (call: ControlCall, answer: Route['answer']): Route => ({ call, answer })

function createVersion(plane: ControlPlane, { request, body }: { request: IncomingMessage; body: Buffer }) {
  const header = (name: string) => (request.headers[name] === undefined ? undefined : String(request.headers[name]))
  const latest = header('latest-version-number')
  const made = plane.create(
    {
      content: new Uint8Array(body),
      contentType: header('content-type') ?? 'application/octet-stream',
      description: header('description') ?? '',
      label: header('versionlabel'),
    },
    latest === undefined ? undefined : Number(latest),
  )
  return 'type' in made ? refusal(made) : { status: 201, headers: versionHeaders(made), body: made.content }
}

function page(items: readonly object[], url: URL): ControlAnswer {
  const from = Number(url.searchParams.get('next_token') ?? 0)
  const size = Math.min(PAGE, Number(url.searchParams.get('max_results') ?? PAGE))
  const more = from + size < items.length ? { NextToken: String(from + size) } : {}
  return { status: 200, body: { Items: items.slice(from, from + size), ...more } }
}

const versionSummary = ({ version, description, contentType, label }: HostedVersion) => ({
  ApplicationId: CONTROL_IDS.application,
  ConfigurationProfileId: CONTROL_IDS.profile,
  VersionNumber: version,
  Description: description,
  ContentType: contentType,
  ...(label === undefined ? {} : { VersionLabel: label }),
})

const versionHeaders = ({ version, description, contentType, label }: HostedVersion) => ({
  'application-id': CONTROL_IDS.application,
  'configuration-profile-id': CONTROL_IDS.profile,
  'version-number': String(version),
  description,
  'content-type': contentType,
  ...(label === undefined ? {} : { versionlabel: label }),
})

const deploymentShown = (
  { number, version, strategy, description, state }: ControlDeployment,
  names: ControlNames,
) => ({
  ApplicationId: CONTROL_IDS.application,
  EnvironmentId: CONTROL_IDS.environment,
  ConfigurationProfileId: CONTROL_IDS.profile,
  ConfigurationName: names.profile,
  ConfigurationVersion: String(version),
  DeploymentNumber: number,
  DeploymentStrategyId: strategy,
  Description: description,
  State: state,
})

const notFound = (what: string, id: string | undefined): ControlRefusal => ({
  status: 404,
  type: 'ResourceNotFoundException',
  message: `There is no ${what} ${id}`,
})

const refusal = ({ status, type, message }: ControlRefusal): ControlAnswer => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: { Message: message },
})
