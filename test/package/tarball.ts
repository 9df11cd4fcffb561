import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { stagePackage } from '../../scripts/stage-package.ts'

/** The package as built from the sources, in a folder of its own. Give the hook that calls it {@link BUILD_MS}. */
export const stagedPackage = (): string => once('staged', stagePackage)

/** The folder of a user who has installed the packed tarball, and nothing else. */
export const userFolder = (): string => once('user', install)

export const BUILD_MS = 180_000

function install(folder: string): void {
  mkdirSync(folder)
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: stagedPackage(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ filename: string }]
  writeFileSync(join(folder, 'package.json'), '{"name":"user","private":true}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${filename}`], {
    cwd: folder,
    stdio: 'ignore',
  })
}

/**
 * Makes a folder once for all the files of a run. Two that come at the same time both make it, each under a name of its
 * own, and the first to be ready gives it its name; so nobody ever sees half of one.
 */
function once(name: string, make: (folder: string) => void): string {
  const folder = join(inject('tarballFolder'), name)
  if (existsSync(folder)) return folder
  const mine = `${folder}-${process.pid}`
  mkdirSync(inject('tarballFolder'), { recursive: true })
  rmSync(mine, { recursive: true, force: true })
  make(mine)
  try {
    renameSync(mine, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(mine, { recursive: true, force: true })
  }
  return folder
}
