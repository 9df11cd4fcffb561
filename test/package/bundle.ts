import { readFileSync } from 'node:fs'
import { build } from 'esbuild'

const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { peerDependencies: object }
const PEERS = Object.keys(peerDependencies)

export interface Bundle {
  readonly bytes: number
  /** Every file that something of was kept, as esbuild names it. */
  readonly files: readonly string[]
}

/** Bundles a program as a user would: tree-shaken, minified, for Node. Peers and Node's own modules stay outside. */
export async function bundle(code: string, folder: string): Promise<Bundle> {
  const result = await build({
    stdin: { contents: code, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    treeShaking: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: PEERS,
    logLevel: 'silent',
  })
  const [output] = Object.values(result.metafile.outputs)
  const files = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return { bytes: output!.bytes, files: files.map(([file]) => file) }
}
