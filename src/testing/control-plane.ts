import type { Clock } from '../core/clock.ts'

/** The state of a deployment, as AppConfig names it. */
export type DeploymentState = 'DEPLOYING' | 'BAKING' | 'COMPLETE' | 'ROLLED_BACK' | 'REVERTED'

/** A version in the hosted store. */
export interface HostedVersion {
  readonly version: number
  readonly content: Uint8Array
  readonly contentType: string
  readonly description: string
  readonly label: string | undefined
}

export interface ControlDeployment {
  readonly number: number
  readonly version: number
  readonly strategy: string
  readonly description: string
  readonly startedAt: number
  state: DeploymentState
}

/** A refusal of the control plane: `BadRequestException`, `ConflictException` or `ResourceNotFoundException`. */
export interface ControlRefusal {
  readonly status: number
  readonly type: string
  readonly message: string
}

/** How long a predefined strategy deploys and then bakes, in minutes. Source: the AppConfig user guide. */
export const STRATEGIES: Readonly<Record<string, { readonly deploying: number; readonly baking: number }>> = {
  'AppConfig.AllAtOnce': { deploying: 0, baking: 10 },
  'AppConfig.Linear50PercentEvery30Seconds': { deploying: 1, baking: 1 },
  'AppConfig.Canary10Percent20Minutes': { deploying: 20, baking: 10 },
  'AppConfig.Linear20PercentEvery6Minutes': { deploying: 30, baking: 30 },
}

export const AT_ONCE = 'test-at-once'

/** One profile of one environment, without the wire. */
export interface ControlPlane {
  readonly versions: readonly HostedVersion[]
  readonly deployments: readonly ControlDeployment[]
  create(version: Omit<HostedVersion, 'version'>, latest: number | undefined): HostedVersion | ControlRefusal
  remove(version: number): ControlRefusal | undefined
  start(version: string, strategy: string, description: string): ControlDeployment | ControlRefusal
  stop(deployment: number, allowRevert: boolean): ControlDeployment | ControlRefusal
  /** Lets deployments go on as far as the clock says. */
  settle(): void
}

const MINUTE = 60_000

/**
 * Keeps hosted versions and deployments as AppConfig does: a version must follow the newest one that its writer knows, one
 * deployment at a time is on its way, and stopping one brings back what was there before. `deployed` is told what
 * clients get from now on: with these clients it is the whole of a version as soon as its deployment starts.
 */
export function controlPlane(clock: Clock, deployed: (version: HostedVersion) => void): ControlPlane {
  const versions: HostedVersion[] = []
  const deployments: ControlDeployment[] = []
  let newest = 0
  const no = (status: number, type: string, message: string): ControlRefusal => ({ status, type, message })
  const bring = (number: number) => {
    const version = versions.find(v => v.version === number)
    if (version) deployed(version)
  }
  const isMoving = ({ state }: ControlDeployment) => state === 'DEPLOYING' || state === 'BAKING'
  const settle = () => {
    for (const deployment of deployments.filter(isMoving)) {
      const { deploying, baking } = STRATEGIES[deployment.strategy] ?? { deploying: 0, baking: 0 }
      const minutes = (clock.now() - deployment.startedAt) / MINUTE
      deployment.state = minutes < deploying ? 'DEPLOYING' : minutes < deploying + baking ? 'BAKING' : 'COMPLETE'
    }
  }
  return {
    versions,
    deployments,
    settle,
    create(version, latest) {
      if (latest !== undefined && latest !== newest)
        return no(409, 'ConflictException', `Latest version is ${newest}, not ${latest}`)
      const made = { ...version, version: ++newest }
      versions.push(made)
      return made
    },
    remove(version) {
      const at = versions.findIndex(v => v.version === version)
      if (at < 0) return no(404, 'ResourceNotFoundException', `There is no version ${version}`)
      versions.splice(at, 1)
      return undefined
    },
    start(version, strategy, description) {
      settle()
      if (deployments.some(isMoving))
        return no(409, 'ConflictException', 'Deployment already in progress in this environment')
      const found = versions.find(v => String(v.version) === version || v.label === version)
      if (!found) return no(404, 'ResourceNotFoundException', `There is no version ${version}`)
      const deployment: ControlDeployment = {
        number: deployments.length + 1,
        version: found.version,
        strategy,
        description,
        startedAt: clock.now(),
        state: 'DEPLOYING',
      }
      deployments.push(deployment)
      settle()
      bring(found.version)
      return deployment
    },
    stop(number, allowRevert) {
      settle()
      const deployment = deployments.find(d => d.number === number)
      if (!deployment) return no(404, 'ResourceNotFoundException', `There is no deployment ${number}`)
      if (!isMoving(deployment) && !(allowRevert && deployment.state === 'COMPLETE'))
        return no(400, 'BadRequestException', `Deployment ${number} is ${deployment.state}`)
      deployment.state = isMoving(deployment) ? 'ROLLED_BACK' : 'REVERTED'
      const before = deployments.findLast(d => d.number < number && d.state === 'COMPLETE')
      if (before) bring(before.version)
      return deployment
    },
  }
}
