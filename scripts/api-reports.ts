import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  type ExtractorLogLevel,
  type IExtractorMessagesConfig,
} from '@microsoft/api-extractor'
import { type Subpath, subpaths } from './subpaths.ts'

/** The public surface of every subpath of a built package as text, by the name of its file under `api/`. */
export type ApiReports = ReadonlyMap<string, string>

const fileOf = (subpath: string) => `${subpath.replaceAll('/', '-')}.api.md`
const level = (logLevel: string) => ({ default: { logLevel: logLevel as ExtractorLogLevel } })
// Release tags and doc comments are no part of what is held here; code that does not compile is.
const MESSAGES: IExtractorMessagesConfig = {
  compilerMessageReporting: level('error'),
  extractorMessageReporting: level('none'),
  tsdocMessageReporting: level('none'),
}
const COMPILER = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2024', 'esnext.disposable', 'esnext.array'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
  },
  include: ['dist/*.d.ts'],
}

/** Throws when a subpath has no declarations or they do not compile. The folder is one that `stagePackage` made. */
export function apiReports(packageFolder: string): ApiReports {
  const out = mkdtempSync(join(tmpdir(), 'andon-api-'))
  try {
    const all = subpaths(packageFolder)
    const missing = all.filter(s => !existsSync(join(packageFolder, s.types))).map(s => `${s.name} (${s.types})`)
    if (missing.length > 0) throw new Error(`package.json exports what the build does not have: ${missing.join(', ')}`)
    const raw = extract(packageFolder, out, all)
    const blocks = new Map(all.map((s, i) => [s.name, blocksOf(raw[i]!)]))
    return new Map(all.map(s => [fileOf(s.name), compose(s.name, blocks)]))
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

function extract(packageFolder: string, out: string, all: readonly Subpath[]): string[] {
  const configs = all.map(({ name, types }) =>
    ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(packageFolder, 'package.json'),
      configObject: {
        projectFolder: packageFolder,
        mainEntryPointFilePath: join(packageFolder, types),
        newlineKind: 'lf',
        compiler: { overrideTsconfig: COMPILER },
        apiReport: {
          enabled: true,
          reportFileName: fileOf(name),
          reportFolder: out,
          reportTempFolder: join(out, 'temp'),
          includeForgottenExports: true,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: MESSAGES,
      },
    }),
  )
  mkdirSync(join(out, 'temp'))
  // One program for all of them: most of the time goes into the declarations of Node.
  const compilerState = CompilerState.create(configs[0]!, {
    additionalEntryPoints: configs.map(c => c.mainEntryPointFilePath),
  })
  return configs.map((config, i) => {
    const errors: string[] = []
    Extractor.invoke(config, {
      compilerState,
      localBuild: true,
      messageCallback(message) {
        if (message.logLevel === 'error') errors.push(message.text)
        message.handled = true
      },
    })
    if (errors.length > 0) throw new Error(`${all[i]!.name}: ${errors.join('\n')}`)
    return readFileSync(join(out, fileOf(all[i]!.name)), 'utf8')
  })
}

/** The declarations of a raw report, without the notes that are the same for all or repeat the state of the docs. */
function blocksOf(raw: string): string[] {
  const code = /```ts\n([\s\S]*?)\n```/.exec(raw)?.[1] ?? ''
  return code
    .replaceAll(/^\/\/ \(No @packageDocumentation .*$/gm, '')
    .replaceAll(/ ?\(undocumented\)/g, '')
    .replaceAll(/^([ \t]*\/\/) @public/gm, '$1')
    .replaceAll(/^[ \t]*\/\/ *\n/gm, '')
    .split(/\n{2,}/)
    .map(block => block.trim())
    .filter(block => block !== '')
}

/**
 * The report also has what is only reached, not exported: its shape is part of the promise. Where another subpath has
 * the very same thing, naming that subpath says it.
 */
function compose(name: string, blocks: ReadonlyMap<string, readonly string[]>): string {
  const own: string[] = []
  const elsewhere: string[] = []
  for (const block of blocks.get(name)!) {
    const home = homeOf(block, blocks)
    if (home === name || block.startsWith('export ') || block.startsWith('import ')) own.push(block)
    else elsewhere.push(`// ${nameOf(block)}: see ${home}`)
  }
  const code = [...(elsewhere.length > 0 ? [elsewhere.join('\n')] : []), ...own].join('\n\n')
  return `# ${name}\n\nThe public surface, made from the build: \`${REWRITE}\` rewrites it.\n\n\`\`\`ts\n${code}\n\`\`\`\n`
}

/** The subpath that exports the declaration, or else the first that has it. */
function homeOf(block: string, blocks: ReadonlyMap<string, readonly string[]>): string | undefined {
  const having = (text: string) => [...blocks].find(([, all]) => all.includes(text))?.[0]
  return having(`export ${block}`) ?? having(block)
}

const nameOf = (block: string) =>
  /^(?:(?:abstract|declare) )*(?:class|const|enum|function|interface|namespace|type) ([\w$]+)/m.exec(block)?.[1] ??
  block

/** The command that rewrites the committed reports. */
export const REWRITE = 'npm run api'

/** The reports that are committed. */
export function committedReports(folder: string): ApiReports {
  const files = existsSync(folder) ? readdirSync(folder) : []
  return new Map(files.sort().map(file => [file, readFileSync(join(folder, file), 'utf8')]))
}
