import type { Deployer } from '../../src/core/index.ts'
import type { Journal } from '../../src/parts/journal/index.ts'

const NEVER = new Promise<never>(() => {})

/**
 * The ports of a runner that is killed: at the `dieAt`-th time that it hands something over or gets something back, it
 * stops for ever, and so does everything it asks for afterwards. What was handed over before goes on, as it does when a
 * process is killed with -9 while a store or a fleet works for it.
 */
export function mortal(
  ports: { journal: Journal; deployer: Deployer },
  dieAt: number,
): { journal: Journal; deployer: Deployer; moments(): number } {
  let moments = 0
  const moment = async () => {
    moments++
    if (moments >= dieAt) await NEVER
  }
  const around = async <T>(work: () => Promise<T>): Promise<T> => {
    await moment()
    const result = await work()
    await moment()
    return result
  }
  const { journal, deployer } = ports
  return {
    moments: () => moments,
    journal: {
      ...journal,
      append: (...args) => around(() => journal.append(...args)),
      async lease(...args) {
        const lease = await around(() => journal.lease(...args))
        return {
          ...lease,
          get expiresAt() {
            return lease.expiresAt
          },
          renew: () => (moments >= dieAt ? NEVER : lease.renew()),
          release: () => (moments >= dieAt ? NEVER : lease.release()),
        }
      },
    },
    deployer: {
      hosts: (...args) => around(() => deployer.hosts(...args)),
      currentVersion: (...args) => around(() => deployer.currentVersion(...args)),
      deploy: request => around(() => deployer.deploy(request)),
      rollback: request => around(() => deployer.rollback(request)),
    },
  }
}
