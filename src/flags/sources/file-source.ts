import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { messageOf, numberOption, textOption, wholeOption } from '../../core/options.ts'
import { createPoller } from '../../core/poller.ts'
import { type Random, systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import type { FlagSource } from '../source.ts'
import { guardedSink } from './guarded-sink.ts'
import { readWholeFile, signatureOf } from './read-whole-file.ts'

/** Options of `fileSource`. */
export interface FileSourceOptions {
  /**
   * How often the file is looked at though nobody said that it changed, in milliseconds: a safety net for file systems
   * that do not tell (network mounts, some containers). Default 30,000.
   */
  readonly pollMs?: number
  /** The longest file that is read, in bytes. Default 16 MiB. */
  readonly maxBytes?: number
  readonly clock?: Clock
  readonly random?: Random
}

/** Writers make several events of one change; those that come within this time are one. */
const GATHER_MS = 20

/**
 * Flags from a JSON file. Its folder is watched, so that a file that is replaced by renaming another one over it is
 * seen, and so is a symbolic link in it that is swung round; a slow poll catches what the watcher misses. The version is
 * a digest of the content. A file that is being written is read again until it is whole; one that stays broken is handed
 * on as it is, so that whoever reads the document can say what is wrong with it. A file that is missing, empty, too long
 * or unreadable is told as failed (`not-found`, `empty`, `too-large`, `unreadable`, `malformed`) and picked up when it
 * is there again. Keeps no process alive. Throws `invalid-option`.
 */
export function fileSource(path: string, options: FileSourceOptions = {}): FlagSource {
  const { clock = realClock, random = systemRandom } = options
  // Once: the program may change its working directory later.
  const file = resolve(textOption('fileSource path', path))
  const pollMs = numberOption('fileSource pollMs', options.pollMs ?? 30_000, 1)
  const maxBytes = wholeOption('fileSource maxBytes', options.maxBytes ?? 16 * 1024 * 1024, 1)
  const name = `file:${path}`

  return {
    name,
    start(given) {
      const stopping = new AbortController()
      const { signal } = stopping
      const sink = guardedSink(given, signal)
      const folder = folderWatch(dirname(file), changed => void heed(changed))
      let digest: string | undefined
      let seen: string | undefined
      let looking = false

      const poller = createPoller({
        everyMs: pollMs,
        clock,
        random,
        async look() {
          looking = true
          try {
            // Before reading: what changes from here on is told by the watcher.
            await folder.ensure()
            const expected = seen !== undefined
            const read = await readWholeFile(file, { maxBytes, expected, known: digest, signal })
            seen = read.signature
            if (read.digest === digest) return sink.unchanged()
            digest = read.digest
            sink.document({ content: read.text, version: digest })
          } catch (error) {
            seen = undefined
            const failure = isAndonError(error) ? error : new AndonError('unreadable', `${name}: ${messageOf(error)}`)
            sink.failed(failure)
          } finally {
            looking = false
          }
        },
      })

      let heeding = false
      /** A change in the folder, of the file itself or of another name there. */
      const heed = async (changed: string | null): Promise<void> => {
        if (heeding || signal.aborted) return
        heeding = true
        // Real time, whatever the clock: what is waited for is another process's write.
        await new Promise<void>(done => void realClock.setTimer(GATHER_MS, done))
        heeding = false
        if (signal.aborted) return
        // A busy folder is no reason to read the file, but a link of another name may lead to it.
        if (changed !== null && changed !== basename(file) && (await signatureOf(file)) === seen) return
        await lookAnew()
      }
      /** A look that is under way may have read before the change that is asked about, and joining it would miss that. */
      const lookAnew = async () => {
        if (looking) await poller.refresh()
        await poller.refresh()
      }
      return {
        refresh: lookAnew,
        async close() {
          stopping.abort()
          folder.close()
          await poller.close()
        },
      }
    },
  }
}

/** Watches a folder as well as it can: it may not exist yet, and it may be taken away and come back. */
function folderWatch(folder: string, onChange: (name: string | null) => void) {
  let watcher: FSWatcher | undefined
  let watched: string | undefined
  let closed = false
  const drop = () => {
    watcher?.close()
    watcher = watched = undefined
  }
  return {
    /** Sees to it that the folder that is there now is the one that is watched. Never rejects. */
    async ensure(): Promise<void> {
      try {
        const { dev, ino, birthtimeNs } = await stat(folder, { bigint: true })
        // A folder that is made anew may get the number of the one before.
        const identity = [dev, ino, birthtimeNs].join()
        if (closed || (watcher && watched === identity)) return
        drop()
        watcher = watch(folder, { persistent: false }, (_, name) => onChange(name))
        watcher.on('error', drop)
        watched = identity
      } catch {
        // No folder, or no watchers left on this machine: the poll goes on, and tries this again.
        drop()
      }
    },
    close() {
      closed = true
      drop()
    },
  }
}
