import { resolve } from 'node:path'
import ts from 'typescript'

const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, resolve('.'))

const settings = { ...options, noEmit: true, paths: { 'andon/flags': [resolve('src/flags/index.ts')] } }

/** Everything but the files that are asked about stays the same from one call to the next: it is parsed once. */
const host = ts.createCompilerHost(settings)
const kept = new Map<string, ts.SourceFile | undefined>()
const { getSourceFile } = host
host.getSourceFile = (file, ...rest) => {
  if (file.includes('/.tmp-')) return getSourceFile(file, ...rest)
  if (!kept.has(file)) kept.set(file, getSourceFile(file, ...rest))
  return kept.get(file)
}

/** What TypeScript says of the files, with the package's own name pointed at its sources: `file:line code message`. */
export function compile(files: readonly string[]): string[] {
  const program = ts.createProgram(files, settings, host)
  return files.flatMap(file => {
    const source = program.getSourceFile(file)!
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(d => {
      const { line } = ts.getLineAndCharacterOfPosition(source, d.start!)
      return `${file.slice(file.lastIndexOf('/') + 1)}:${line + 1} ${d.code} ${ts.flattenDiagnosticMessageText(d.messageText, ' ')}`
    })
  })
}
