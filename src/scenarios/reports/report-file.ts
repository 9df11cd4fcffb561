import { AndonError } from '../../core/errors.ts'
import { messageOf, textOption } from '../../core/options.ts'

/** A file that is there when it is whole, and not before. */
export interface ReportFile {
  /** Never throws: a failure is told by `close`. */
  write(text: string): void
  /** Puts it in place. Rejects with `report-failed` when something could not be written; what was there stays then. */
  close(): Promise<void>
  /** Leaves nothing behind. Never rejects. */
  discard(): Promise<void>
}

/**
 * Opens a file for a report, mode 0600, and makes the folders that it is in. It is written beside and renamed over; what
 * is no file (a device, a pipe) is written to as it is. Rejects with `report-failed` when it cannot be opened.
 */
export async function openReportFile(path: string): Promise<ReportFile> {
  textOption('report file', path)
  const { mkdir, open, realpath, rename, rm, stat } = await import('node:fs/promises')
  const { dirname } = await import('node:path')
  const { randomBytes } = await import('node:crypto')
  const failed = (cause: unknown) => new AndonError('report-failed', `${path}: ${messageOf(cause)}`, { cause })

  // Not `recursive`: where no folder can be made, as below /proc, that never ends.
  const folders = async (folder: string): Promise<void> => {
    const made = await mkdir(folder).catch((error: NodeJS.ErrnoException) => error)
    if (made?.code === 'ENOENT' && dirname(folder) !== folder) {
      await folders(dirname(folder))
      await mkdir(folder)
    } else if (made && made.code !== 'EEXIST') throw made
  }
  const place = async (): Promise<{ readonly target: string; readonly draft: string | undefined }> => {
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    // To rename over a device would take it away from everybody.
    if (there && !there.isFile() && !there.isDirectory()) return { target: path, draft: undefined }
    if (there?.isDirectory()) throw new AndonError('report-failed', 'expected a file, this is a folder')
    await folders(dirname(path))
    // What a link leads to is replaced, not the link.
    const target = there ? await realpath(path) : path
    return { target, draft: `${target}.${process.pid}.${randomBytes(6).toString('hex')}.tmp` }
  }
  const opened = async () => {
    const { target, draft } = await place()
    const handle = await open(draft ?? target, draft === undefined ? 'w' : 'wx', 0o600)
    const stream = handle.createWriteStream({ flush: draft !== undefined })
    return { target, draft, stream }
  }
  const { target, draft, stream } = await opened().catch(cause => Promise.reject(failed(cause)))
  let trouble: { readonly cause: unknown } | undefined
  stream.on('error', cause => {
    trouble ??= { cause }
  })
  const closed = new Promise<void>(resolve => stream.on('close', () => resolve()))
  const discard = async () => {
    stream.destroy()
    await closed
    if (draft !== undefined) await rm(draft, { force: true }).catch(() => {})
  }
  return {
    write(text) {
      if (!trouble) stream.write(text)
    },
    async close() {
      if (!trouble) stream.end()
      await closed
      try {
        if (trouble) throw trouble.cause
        if (draft !== undefined) await rename(draft, target)
      } catch (cause) {
        await discard()
        throw failed(cause)
      }
    },
    discard,
  }
}
